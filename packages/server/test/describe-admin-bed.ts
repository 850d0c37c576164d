import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { openAdminBed, type AdminBed } from './admin-bed.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'

/**
 * The same tests on each database there is, each test in a house of its own behind the administration API.
 * @param suite gets the way to the bed: it is there only while a test runs
 */
export function describeAdminBeds(suite: (bed: () => AdminBed) => void): void {
  describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (name) => {
    let postgres: TestPostgres | undefined
    let bed: AdminBed | undefined

    beforeAll(async () => {
      if (name === 'PostgreSQL') postgres = await startPostgres()
    })
    beforeEach(async (context) => {
      if (name === 'SQLite') bed = await openAdminBed()
      else if (postgres === undefined) context.skip('PostgreSQL is not installed')
      else bed = await openAdminBed({ type: 'postgres', url: await postgres.createDatabase() })
    })
    afterEach(() => bed?.close())
    afterAll(() => postgres?.stop())

    suite(() => {
      if (bed === undefined) throw new Error('the bed is asked for before it was made')
      return bed
    })
  })
}
