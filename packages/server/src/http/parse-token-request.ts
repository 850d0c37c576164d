import type { IncomingMessage } from 'node:http'
import { secret } from '@wharden/system'
import { AppError } from '../errors.ts'
import { parseAuthorization } from './authorization.ts'
import { queryOf } from './query-of.ts'
import type { TokenWish } from '../operations/issue-token.ts'
import type { Proof } from '../operations/prove.ts'
import { readForm } from './read-form.ts'

export const TOKEN_METHODS = ['GET', 'POST'] as const

/** A wish, and whether its client takes 401 for a reason to ask for a password. */
export type TokenRequest = TokenWish & { readonly promptsOn401: boolean }

/**
 * A token request, GET or POST, in one shape (distribution spec, "Token Authentication" and "OAuth2").
 * @throws {AppError} `invalid`, `too-large`, `unsupported` or `credential-invalid`
 */
export async function parseTokenRequest(request: IncomingMessage): Promise<TokenRequest> {
  if (request.method === 'GET') return parseGet(request)
  if (request.method === 'POST') return parsePost(await readForm(request))
  throw new AppError('unsupported', `a token is asked for by ${TOKEN_METHODS.join(' or ')}`)
}

function parseGet(request: IncomingMessage): TokenRequest {
  const query = queryOf(request.url ?? '')
  const authorization = parseAuthorization(request.headers.authorization)
  if (authorization.type === 'bearer') {
    throw new AppError('credential-invalid', 'the token service takes Basic credentials, not a bearer token')
  }
  return {
    proof: authorization.type === 'none' ? { type: 'none' } : { ...authorization, type: 'secret' },
    service: query.get('service') ?? '',
    scopes: query.getAll('scope'),
    wantsRefreshToken: query.get('offline_token') === 'true',
    wantsGranted: false,
    promptsOn401: false,
  }
}

function parsePost(form: URLSearchParams): TokenRequest {
  const proof = proofOf(form)
  return {
    proof,
    service: form.get('service') ?? '',
    scopes: form.getAll('scope'),
    wantsRefreshToken: form.get('access_type') === 'offline',
    wantsGranted: true,
    promptsOn401: proof.type === 'refresh' && ENGINES.has(form.get('client_id') ?? ''),
  }
}

/**
 * What Docker's engine calls itself, by its own image store and by containerd's. An engine of 28 hands a 401 on to its
 * command line, and that of 28.2 then asks for a login, for ever where nobody can answer. (28.5's doesn't.)
 */
const ENGINES: ReadonlySet<string> = new Set(['docker', 'containerd-client'])

function proofOf(form: URLSearchParams): Proof {
  const grant = form.get('grant_type')
  if (grant === 'refresh_token') return { type: 'refresh', token: secret(form.get('refresh_token') ?? '') }
  if (grant !== 'password') {
    throw new AppError('invalid', '`grant_type` must be `password` or `refresh_token`', {
      field: 'grant_type',
    })
  }
  const name = form.get('username') ?? ''
  const password = form.get('password') ?? ''
  return name === '' && password === ''
    ? { type: 'none' }
    : { type: 'secret', name, secret: secret(password) }
}
