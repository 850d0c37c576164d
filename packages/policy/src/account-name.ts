import { error, ok, type Brand, type Result } from '@wharden/oci'

/**
 * The name of an organization or a user: one name space for both. A DNS label (RFC 1035 §2.3.1, lower case) of
 * 2 to 63 characters, because an organization is also a host, `acme.HOST`, and the first part of a repository's path.
 */
export type AccountName = Brand<string, 'AccountName'>

export type AccountNameProblem = 'length' | 'characters' | 'reserved'

/** @returns the name, or why it can't be one: `reserved` names would collide with paths of ours or of Docker Hub's API */
export function parseAccountName(text: string): Result<AccountName, AccountNameProblem> {
  if (text.length < 2 || text.length > 63) return error('length')
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) return error('characters')
  if (RESERVED.has(text)) return error('reserved')
  return ok(text as AccountName)
}

const RESERVED: ReadonlySet<string> = new Set(
  `orgs users user repositories namespaces access-tokens auth invites auditlogs hub api scim library oauth2 acr v1 v2
   token tokens login logout setup console static assets metrics health live ready jwks well-known mirror
   installation system anonymous localhost adfs subscriptions metadata public`.split(/\s+/),
)
