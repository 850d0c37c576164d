import type { ServerResponse } from 'node:http'

/** Answers what no face will ever see. */
export function refuse(response: ServerResponse, status: 400 | 421, message: string): void {
  const code = status === 421 ? 'UNSUPPORTED' : 'NAME_INVALID'
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}
