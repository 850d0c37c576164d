import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { json } from 'node:stream/consumers'
import type { Credentials } from '../../e2e/support/clients/client.ts'
import type { Door } from '../client/job.ts'

/** At the entrance that the token is for: it is good at no other. The certificate is the benchmark's own. */
export async function askForToken(
  door: Door,
  credentials: Credentials,
  query: URLSearchParams,
): Promise<string> {
  const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: door.port,
      path: `/token?${query.toString()}`,
      auth: `${credentials.username}:${credentials.password}`,
      rejectUnauthorized: false,
    }
    ;(door.tls ? requestTls : requestPlain)(options, resolve).on('error', reject).end()
  })
  const answer = await json(response)
  if (typeof answer === 'object' && answer !== null && 'token' in answer && typeof answer.token === 'string')
    return answer.token
  throw new Error(`no token: ${JSON.stringify(answer)}`)
}
