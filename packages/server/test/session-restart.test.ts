import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { demand } from './images.ts'
import { startServer, type Server } from './server.ts'

it('a session outlives the server that began it, and once ended stays so', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-session-'))
  const isIn = async (server: Server, token: string) =>
    (await server.send('GET', '/api/v1/sessions/current', { token })).status
  const post = (server: Server, path: string, body: object) =>
    server.send('POST', `/api/v1${path}`, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })

  const first = await startServer({ directory })
  const secret = (await first.passwordLink(await first.user('ann'))).text.reveal()
  const password = 'correct horse battery'
  demand(await post(first, '/passwords', { secret, password }), 204)
  const signIn = async (): Promise<string> =>
    demand(await post(first, '/sessions', { user: 'ann', password }), 201).json.secret
  const [kept, ended] = [await signIn(), await signIn()]
  demand(await first.send('DELETE', '/api/v1/sessions/current', { token: ended }), 204)
  await first.close()

  const second = await startServer({ directory })
  expect([await isIn(second, kept), await isIn(second, ended)]).toEqual([200, 401])
  await second.close()
  await rm(directory, { recursive: true, force: true })
})
