import {
  PULL_WINDOW,
  type AccountName,
  type CredentialId,
  type OrganizationId,
  type ScopeMapId,
  type UserId,
} from '@wharden/policy'
import type { RuleRecord, SecretRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'
import { instant } from '../time.ts'
import type { TokenRecord } from './token-kind.ts'

/** What is shown of tokens beside their own records. */
export type AroundTokens = {
  readonly rules: ReadonlyMap<CredentialId, readonly RuleRecord[]>
  readonly secrets: ReadonlyMap<CredentialId, readonly SecretRecord[]>
  readonly scopeMaps: ReadonlyMap<ScopeMapId, string>
  readonly organizations: ReadonlyMap<OrganizationId, AccountName | undefined>
  readonly users: ReadonlyMap<UserId, AccountName | undefined>
  readonly pulls: ReadonlyMap<CredentialId, PullUsage>
}

export type PullUsage = { readonly used: number; readonly resetsAt: string | null }

/** Read for all of them at once: a list costs a few statements for each hundred tokens. */
export async function aroundTokens(
  read: ReadNouns,
  tokens: readonly TokenRecord[],
  now: number,
): Promise<AroundTokens> {
  const ids = tokens.map(({ id }) => id)
  const maps = await read.scopeMaps.byIds(different(tokens.map(({ scopeMap }) => scopeMap)))
  const limited = tokens.filter(({ pullLimit }) => pullLimit !== undefined)
  return {
    rules: await read.credentials.rulesOfMany(ids),
    secrets: await read.credentials.secretsOfMany(ids),
    scopeMaps: new Map(maps.map(({ id, name }) => [id, name])),
    organizations: await each(
      different(tokens.map(({ organization }) => organization)),
      async (id) => (await read.organizations.byId(id))?.name,
    ),
    users: await each(
      different(tokens.map(({ user }) => user)),
      async (id) => (await read.users.byId(id))?.name,
    ),
    pulls: await each(
      limited.map(({ id }) => id),
      (id) => pullUsage(read, id, now),
    ),
  }
}

async function pullUsage({ pullCounts }: ReadNouns, id: CredentialId, now: number): Promise<PullUsage> {
  const count = await pullCounts.of(`credential:${id}`)
  const ends = (count?.windowStart ?? 0) + PULL_WINDOW
  return count === undefined || ends <= now
    ? { used: 0, resetsAt: null }
    : { used: count.pulls, resetsAt: instant(ends) }
}

function different<Id>(ids: readonly (Id | undefined)[]): readonly Id[] {
  return [...new Set(ids)].filter((id) => id !== undefined)
}

async function each<Id, Found>(
  ids: readonly Id[],
  find: (id: Id) => Promise<Found>,
): Promise<ReadonlyMap<Id, Found>> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await find(id)] as const)))
}
