import { ensureSetupLink } from '../src/operations/manage/create-setup-link.ts'
import type { House } from '../src/operations/house.ts'
import type { Answer, Client } from './client.ts'

type Send = Client['send']

/** Calls an operation as whoever is signed in; throws unless it succeeds. */
export type Api = (method: string, path: string, body?: object) => Promise<Answer['json']>

export function apiOf(send: Send, token?: string): Api {
  return async (method, path, body) => {
    const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const sent = { ...(token !== undefined && { token }), ...(body !== undefined && json) }
    const answer = await send(method, `/api/v1${path}`, sent)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.text === '' ? undefined : answer.json
  }
}

/** The first administrator, `root`, owner of `acme`. @returns their session's secret */
export async function signUp(send: Send, house: House): Promise<string> {
  const link = await ensureSetupLink(house)
  if (link.type !== 'waiting') throw new Error('set up already')
  const body = {
    secret: link.secret.reveal(),
    user: 'root',
    password: 'correct horse battery',
    organization: 'acme',
  }
  return (await apiOf(send)('POST', '/setup', body)).session.secret
}
