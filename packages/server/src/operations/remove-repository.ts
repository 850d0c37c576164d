import type { Digest, Tag } from '@wharden/oci'
import { UNLOCKED, type Locks } from '@wharden/policy'
import { toStored } from '../audit/event.ts'
import { AppError } from '../errors.ts'
import type { ChangeNouns } from '../stores/metadata/port.ts'
import type { Page, PageQuery } from '../stores/metadata/port/page.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import { authorize } from './authorize.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { actorOf } from './manage/actor.ts'

/** What went with a repository. */
export type Removed = { readonly manifests: readonly Digest[]; readonly tags: readonly Tag[] }

/**
 * Deletes a repository with all that is in it, for a caller who was allowed to delete it, unless one of its tags or
 * manifests is locked against that.
 * @param fullName `acme/samples/nginx`
 * @throws {AppError} `denied` in the words of what is locked; `repository-unknown`, `conflict`
 */
export async function removeRepository(
  house: House,
  caller: Caller,
  repository: RepositoryRecord,
  fullName: string,
): Promise<Removed> {
  const { id, name, organization } = repository
  const locked = await house.store.read.repositories.undeletable(id)
  if (locked !== undefined) {
    const { reference, locks } = locked
    const known = { repository, [reference.type === 'tag' ? 'tagLocks' : 'manifestLocks']: locks }
    const resource = { type: 'repository', organization, repository: id, name } as const
    await authorize(house, caller, 'content/delete', { ...resource, reference }, known)
  }
  return house.store.change(organization, await actorOf(house, caller), async (tx) => {
    const before = await tx.repositories.byId(id)
    if (isLocked(before?.locks) || (await tx.repositories.undeletable(id)) !== undefined)
      throw lockedMeanwhile(fullName)
    const removed = await contentsOf(tx, repository)
    if (before === undefined || !(await tx.repositories.delete(id))) throw gone(fullName)
    const { description, visibility } = before
    await tx.record(
      toStored({
        type: 'repository_deleted',
        subject: `repository/${fullName}`,
        before: { description, visibility },
      }),
    )
    return removed
  })
}

async function contentsOf({ tags, manifests }: ChangeNouns, { id }: RepositoryRecord): Promise<Removed> {
  const everyTag = await all(
    (page) => tags.list(id, { ...page, includeUnlisted: true }),
    ({ name }) => name,
  )
  const every = await all((page) => manifests.list(id, { ...page, includeUnlisted: true }), digestOf)
  return { manifests: every, tags: everyTag }
}

/** Page by page, keeping no more of each than its key. */
async function all<Item, Key extends string>(
  list: (page: PageQuery) => Promise<Page<Item>>,
  keyOf: (item: Item) => Key,
): Promise<readonly Key[]> {
  const keys: Key[] = []
  for (let more = true; more;) {
    const page = await list({ last: keys.at(-1), limit: 1_000 })
    keys.push(...page.items.map(keyOf))
    ;({ more } = page)
  }
  return keys
}

function digestOf({ digest }: { readonly digest: Digest }): Digest {
  return digest
}

function isLocked({ deleteEnabled, writeEnabled }: Locks = UNLOCKED): boolean {
  return !deleteEnabled || !writeEnabled
}

function gone(fullName: string): AppError {
  return new AppError(
    'repository-unknown',
    `there is no repository \`${fullName}\`, or none that you may see`,
  )
}

function lockedMeanwhile(fullName: string): AppError {
  return new AppError(
    'conflict',
    `something in \`${fullName}\` was locked in this moment; try again to hear what`,
  )
}
