/** What may be done to a repository, a tag or a manifest whoever asks: ACR's attributes, shown and changed. */
import type { Digest, ManifestReference, RepositoryName, Tag } from '@wharden/oci'
import type { AccountName } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { Locks } from '../../stores/metadata/port/repositories.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import { changeLocks, findLocked, type Lockable, type Locked } from '../change-locks.ts'
import type { House } from '../house.ts'
import { findRepository, resourceOf } from './repository.ts'

type One = {
  readonly organization: AccountName
  readonly repository: RepositoryName
  readonly tag?: Tag | undefined
  readonly digest?: Digest | undefined
}
type Attributes = { readonly [Each in keyof Locks]?: boolean | undefined }

/** @throws {AppError} `not-found`, `denied`, `invalid` */
export async function showLock(house: House, caller: Caller, input: One) {
  const what = await requireRight(house, caller, input, 'metadata/read')
  return lockView(input, await findLocked(house.store.read, what))
}

/** Changes those attributes that are named. @throws {AppError} `not-found`, `denied`, `invalid` */
export async function updateLock(house: House, caller: Caller, input: One & Attributes) {
  const { deleteEnabled, writeEnabled, readEnabled, listEnabled } = input
  const wanted = named({ deleteEnabled, writeEnabled, readEnabled, listEnabled })
  const what = await requireRight(house, caller, input, 'metadata/write')
  return lockView(input, await changeLocks(house, caller, what, wanted))
}

async function requireRight(
  house: House,
  caller: Caller,
  input: One,
  action: 'metadata/read' | 'metadata/write',
): Promise<Lockable> {
  const reference = referenceOf(input)
  const { organization, repository } = await findRepository(house, caller, input)
  const resource = { ...resourceOf(organization, repository), reference }
  await authorize(house, caller, action, resource, { repository })
  const fullName = `${organization.name}/${repository.name}`
  return { organization: organization.id, repository: repository.id, fullName, reference }
}

function referenceOf({ tag, digest }: One): ManifestReference | undefined {
  if (tag !== undefined && digest !== undefined) {
    throw new AppError('invalid', 'name a tag or a digest, not both: each has locks of its own', {
      field: 'digest',
    })
  }
  if (tag !== undefined) return { type: 'tag', tag }
  return digest === undefined ? undefined : { type: 'digest', digest }
}

function named(attributes: Attributes): Partial<Locks> {
  const wanted = Object.entries(attributes).filter(([, value]) => value !== undefined)
  if (wanted.length > 0) return Object.fromEntries(wanted)
  throw new AppError(
    'invalid',
    'nothing to change: name at least one of `deleteEnabled`, `writeEnabled`, `readEnabled` and `listEnabled`',
    { field: 'writeEnabled' },
  )
}

function lockView({ organization, repository }: One, { on, tag, digest, locks }: Locked) {
  return { organization, repository, on, tag, digest, changeableAttributes: locks }
}
