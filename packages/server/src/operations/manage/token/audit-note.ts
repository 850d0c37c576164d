/**
 * What somebody may have done without meaning to, in words beside the states that the audit log keeps: whoever looks for the
 * cause of a surprise finds it named. They are habits of az, which our own command line hasn't.
 */
import type { CredentialStatus } from '../../../stores/metadata/port/credentials.ts'
import type { PasswordName } from './new-token.ts'
import type { TokenChange } from './token-change.ts'

type Note = { readonly note?: string }

/** A token that was switched on while something else was changed. */
export function noteOfChange(before: CredentialStatus, change: TokenChange): Note {
  const others = Object.entries(change).some(([field, value]) => field !== 'status' && value !== undefined)
  if (before === 'active' || change.status !== 'active' || !others) return {}
  return {
    note: 'was disabled, and is enabled by the way: `az acr token update` enables what it changes, unless it is told `--status disabled`',
  }
}

/** Both passwords replaced at once: nobody could be changed over from one to the other. */
export function noteOfPasswords(replaced: readonly PasswordName[]): Note {
  if (replaced.length < 2) return {}
  return {
    note: 'both passwords were replaced at once: without `--password1` or `--password2` az generates both',
  }
}
