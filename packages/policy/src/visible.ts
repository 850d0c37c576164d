import type { RepositoryName } from '@wharden/oci'
import type { RepositoryAction } from './action.ts'
import type { Asking, Check } from './asking.ts'
import { checkAddress } from './check-address.ts'
import { checkCredential, outgrown } from './check-credential.ts'
import { checkSignIn } from './check-sign-in.ts'
import { ask } from './decide.ts'
import type { Facts } from './facts.ts'
import { ruleFor, type GrantSet, type Rights } from './grant-set.ts'
import { grantSetOf } from './granted.ts'
import type { OrganizationId, RepositoryId } from './ids.ts'
import type { Policy } from './policy.ts'
import type { Principal } from './principal.ts'

/** Which repositories a listing may show, in terms a store can query: the union of the three. */
export type Visible =
  | { readonly type: 'none' }
  | {
      readonly type: 'some'
      /** `''` is everything of the organization, `samples/` what lies below it; none lies below another. */
      readonly prefixes: readonly { readonly organization: OrganizationId; readonly prefix: string }[]
      readonly repositories: readonly RepositoryId[]
      /** Public repositories of every organization. */
      readonly public: boolean
    }

type Range = Extract<Visible, { type: 'some' }>
type Listing = { readonly principal: Principal; readonly organization: OrganizationId }

const NONE: Visible = { type: 'none' }

/** One sees what one may pull or read the metadata of. */
const READS: readonly RepositoryAction[] = ['content/read', 'metadata/read']

/** What a repository is denied for before it is known which one it is. */
const CHECKS: readonly Check[] = [checkCredential, checkAddress, checkSignIn]

/**
 * The names of one organization that a listing may show: exactly those that `decide` would let the principal read,
 * for the same facts. A locked repository can't be read and is seen all the same; `listEnabled` is the store's to heed.
 *
 * @param facts those about the credential and its address, and who else governs
 */
export function visible(
  policies: readonly Policy[],
  { principal, organization }: Listing,
  facts: Facts,
  now: number,
): Visible {
  const asking = ask(policies, aboutAny(principal, organization), facts, now)
  return isDenied(asking, CHECKS) ? NONE : narrow(rangeOf(grantSetOf(principal)), organization)
}

/**
 * The same for all organizations at once. Whether anonymous pulls are refused is each organization's own choice, so
 * nobody sees anything here: ask for one organization. Of a credential that some organization bars, only what it
 * holds by prefix is shown, as the rest may lie there.
 */
export function visibleEverywhere(principal: Principal, facts: Facts, now: number): Visible {
  if (principal.type === 'anonymous') return NONE
  const question = { principal, action: 'metadata/read', resource: { type: 'installation' } } as const
  if (isDenied(ask([], question, facts, now), [checkCredential, checkAddress])) return NONE
  const range = rangeOf(principal.grants)
  const barred = keptOutOf(facts, now)
  if (barred.length === 0) return range
  const prefixes = range.prefixes.filter(({ organization }) => !barred.includes(organization))
  return { type: 'some', prefixes, repositories: [], public: false }
}

function keptOutOf({ credential }: Facts, now: number): readonly OrganizationId[] {
  if (credential?.type !== 'active') return []
  return [...(credential.barred ?? []), ...outgrown(credential, now).map(({ organization }) => organization)]
}

function isDenied(asking: Asking, checks: readonly Check[]): boolean {
  return checks.some((check) => check(asking).some(({ type }) => type === 'denied'))
}

/** The checks above look at whose repository it is, never at its name. */
function aboutAny(principal: Principal, organization: OrganizationId): Asking['question'] {
  const name = 'any' as RepositoryName
  const resource = { type: 'repository', organization, repository: undefined, name } as const
  return { principal, action: 'metadata/read', resource }
}

function rangeOf(grants: GrantSet): Range {
  const prefixes = [...grants.under].flatMap(([organization, { entries }]) => {
    const readable = [...entries].filter(([, rights]) => canRead(rights)).map(([prefix]) => prefix)
    return widest(readable).map((prefix) => ({ organization, prefix }))
  })
  const repositories = [...grants.repositories].filter(([, rights]) => canRead(rights)).map(([id]) => id)
  return { type: 'some', prefixes, repositories: repositories.sort(), public: canRead(grants.public) }
}

function canRead(rights: Rights): boolean {
  return READS.some((action) => ruleFor(rights, action) !== undefined)
}

/** Without those that lie below another. In order, what lies below a prefix follows it. */
function widest(prefixes: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const prefix of [...prefixes].sort()) {
    const last = kept.at(-1)
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix)
  }
  return kept
}

function narrow({ prefixes, ...range }: Range, to: OrganizationId): Visible {
  return { ...range, prefixes: prefixes.filter(({ organization }) => organization === to) }
}
