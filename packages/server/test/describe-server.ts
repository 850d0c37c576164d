import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { DATABASES, tryStartServer, type Database, type Server, type ServerOptions } from './server.ts'

/**
 * One server for a group of tests, started before them and closed after.
 * @param suite gets the way to the server: it is there only once tests run
 */
export function describeServer(
  title: string,
  suite: (server: () => Server) => void,
  options: ServerOptions = {},
): void {
  describe(title, () => {
    let server: Server | undefined
    beforeAll(async () => {
      server = await tryStartServer(options)
    })
    beforeEach((context) => {
      if (server === undefined) context.skip('PostgreSQL is not installed')
    })
    afterAll(() => server?.close())
    suite(() => {
      if (server === undefined) throw new Error('the server is asked for before it has started')
      return server
    })
  })
}

/** The same tests on each database there is. */
export function describeOnEachDatabase(
  title: string,
  suite: (server: () => Server, database: Database) => void,
): void {
  for (const database of DATABASES)
    describeServer(`${title} (${database})`, (server) => suite(server, database), { database })
}
