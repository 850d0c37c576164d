/**
 * The token service as Azure's clients ask it. `/oauth2/exchange` trades what proves who somebody is for a refresh token, and
 * `/oauth2/token` that, or a name and a password, for access. The tokens are ours: only the words of a refusal differ,
 * later, for who asked here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { secret } from '@wharden/system'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { parseTokenRequest } from '../../http/parse-token-request.ts'
import { readForm } from '../../http/read-form.ts'
import { refuseToken, sendToken } from '../../http/token-answer.ts'
import { toAppError } from '../../http/to-app-error.ts'
import type { House } from '../../operations/house.ts'
import { issueRefreshToken, issueToken } from '../../operations/issue-token.ts'
import type { Proof } from '../../operations/prove.ts'

export function azureTokenService(house: House) {
  return (path: string, request: IncomingMessage, response: ServerResponse, context: Context): void =>
    void (path === '/oauth2/exchange' ? exchange : access)(request, context).then(
      (body) => sendToken(response, 200, body),
      (cause: unknown) => refuseToken(response, toAppError(cause, context)),
    )

  async function exchange(request: IncomingMessage, context: Context) {
    if (request.method !== 'POST') throw new AppError('unsupported', 'a token is exchanged by POST')
    const form = await readForm(request)
    const service = form.get('service') ?? ''
    return { refresh_token: await issueRefreshToken(house, context, { proof: proofOf(form), service }) }
  }

  async function access(request: IncomingMessage, context: Context) {
    const asked = await parseTokenRequest(request)
    const wish = { ...asked, wantsRefreshToken: false, wantsGranted: false, dialect: 'azure' } as const
    return { access_token: (await issueToken(house, context, wish)).accessToken }
  }
}

/**
 * In place of the token of a sign-in with Azure, a token of ours, as it is or in a refresh token: the SDKs can send nothing
 * else. `refresh_token` and both together are the forms of older clients.
 */
function proofOf(form: URLSearchParams): Proof {
  const grant = form.get('grant_type') ?? ''
  if (grant === 'refresh_token') return { type: 'refresh', token: secret(form.get('refresh_token') ?? '') }
  if (grant === 'access_token' || grant === 'access_token_refresh_token')
    return { type: 'bare-secret', secret: secret(form.get('access_token') ?? '') }
  throw new AppError(
    'invalid',
    '`grant_type` must be `access_token`, `access_token_refresh_token` or `refresh_token`',
    { field: 'grant_type' },
  )
}
