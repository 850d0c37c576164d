import { z } from 'zod'

/** What a request can come with. `pat`, `oat` and `registry-token` are what the tokens noun manages. */
export const CredentialKind = z.enum(['session', 'pat', 'oat', 'registry-token'])

export const TokenKind = CredentialKind.exclude(['session'])
export type TokenKind = z.infer<typeof TokenKind>
