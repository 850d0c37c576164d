import { z } from 'zod'
import { needs } from './access.ts'
import { CredentialId, Timestamp } from './names.ts'
import { procedure } from './procedure.ts'
import { IssuedToken, PasswordName, Token } from './token.ts'

const OfToken = z.object({ token: CredentialId })

/** The two passwords of a registry token. Both hold at once, so that a machine can be changed over from one to the other. */
export const tokenPassword = {
  generate: procedure({
    method: 'POST',
    path: '/tokens/{token}/passwords',
    operationId: 'token_password_generate',
    tag: 'tokens',
    summary: 'Generate passwords of a registry token, in place of those of the same names',
    description:
      'Only the new ones are in the answer, and only there. What was issued by a password that is replaced ends at once; the other password, and logins made with it, go on. Without `names` both are replaced.',
    access: needs('token/edit', 'token'),
    successStatus: 201,
  })
    .input(
      OfToken.extend({
        names: z.array(PasswordName).min(1).max(2).default(['password1', 'password2']),
        expiresAt: Timestamp.nullable().default(null).describe('null: with the token'),
      }),
    )
    .output(IssuedToken),

  delete: procedure({
    method: 'DELETE',
    path: '/tokens/{token}/passwords/{name}',
    operationId: 'token_password_delete',
    tag: 'tokens',
    summary: 'Delete a password of a registry token; what was issued by it ends at once',
    access: needs('token/edit', 'token'),
  })
    .input(OfToken.extend({ name: PasswordName }))
    .output(Token),
}
