import type { IncomingMessage } from 'node:http'
import { secret } from '@wharden/system'
import { parseAuthorization } from '../../http/authorization.ts'
import { readForm } from '../../http/read-form.ts'
import { issueManagementToken } from '../../operations/issue-management-token.ts'
import type { Asked } from './call.ts'
import { OAuthError } from './oauth-error.ts'

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.4 @throws {AppError} or {OAuthError} */
export async function signIn({ house, context, request }: Asked) {
  const form = await readForm(request)
  const grant = form.get('grant_type') ?? ''
  if (grant === '') throw new OAuthError('invalid_request', '`grant_type` is missing')
  if (grant !== 'client_credentials') throw notForPeople()
  const { accessToken, expiresIn } = await issueManagementToken(house, context, clientIn(request, form))
  return { token_type: 'Bearer', expires_in: expiresIn, access_token: accessToken }
}

/** There are no accounts that people could sign in to by Azure's clients. */
export function notForPeople(): OAuthError {
  return new OAuthError(
    'unsupported_grant_type',
    'only service principals sign in here: make one with `wharden service-principal create`, then use `az login --service-principal`',
  )
}

/** By form or by Basic: RFC 6749 §2.3.1. */
function clientIn({ headers }: IncomingMessage, form: URLSearchParams) {
  const basic = parseAuthorization(headers.authorization)
  if (basic.type === 'basic') return { clientId: basic.name, secret: basic.secret }
  const clientId = form.get('client_id') ?? ''
  const given = form.get('client_secret') ?? ''
  if (clientId !== '' && given !== '') return { clientId, secret: secret(given) }
  throw new OAuthError(
    'invalid_client',
    'send a service principal’s client id as `client_id` and its secret as `client_secret`: nothing else proves one here',
  )
}
