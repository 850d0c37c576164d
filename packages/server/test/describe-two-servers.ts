import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import type { Answer, Sent } from './client.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { startServer, type Server } from './server.ts'

/** Both are called by one name, as behind a load balancer. */
const NAME = 'registry.test'

/**
 * Two servers on one PostgreSQL and one blob directory for a group of tests, started before them and closed after.
 * @param suite gets the way to the two: undefined where PostgreSQL is not installed, and then no test runs
 */
export function describeTwoServers(
  suite: (servers: () => readonly [Server, Server] | undefined) => void,
): void {
  describe('two servers on one database', () => {
    let postgres: TestPostgres | undefined
    let blobs: string
    let servers: readonly [Server, Server] | undefined

    beforeAll(async () => {
      postgres = await startPostgres()
      if (postgres === undefined) return
      blobs = await mkdtemp(join(tmpdir(), 'wharden-blobs-'))
      const database = { url: await postgres.createDatabase() }
      const settings = {
        WHARDEN_ORIGINS: `http://${NAME}`,
        WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
        WHARDEN_BLOBS: blobs,
      }
      servers = [await startServer({ database, settings }), await startServer({ database, settings })]
    })
    beforeEach((context) => {
      if (postgres === undefined) context.skip('PostgreSQL is not installed')
    })
    afterAll(async () => {
      if (postgres === undefined) return
      await Promise.all((servers ?? []).map((server) => server.close()))
      await postgres.stop()
      await rm(blobs, { recursive: true, force: true })
    })
    suite(() => servers)
  })
}

/** One request to that server, by the name they share. */
export function at(server: Server) {
  return (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
    server.send(method, path, { ...sent, headers: { host: NAME, ...sent.headers } })
}
