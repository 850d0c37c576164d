import { parseAccountName, type AccountName } from '@wharden/policy'

/** Somebody to be invited, as they were named. */
export type NamedInvitee =
  | { readonly type: 'email'; readonly email: string }
  | { readonly type: 'user'; readonly name: AccountName }

const LONGEST = 254

/** The addresses that accounts may have: what the API's `User` takes, which is zod's https://zod.dev/api#emails. */
const EMAIL = /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/

/** An e-mail address, in lower case, or a user's name; undefined for what can be neither. */
export function readInvitee(text: string): NamedInvitee | undefined {
  const written = text.trim().toLowerCase()
  if (written.includes('@')) {
    return written.length <= LONGEST && EMAIL.test(written) ? { type: 'email', email: written } : undefined
  }
  const name = parseAccountName(written)
  return name.type === 'ok' ? { type: 'user', name: name.value } : undefined
}
