/** This version and the next on one database, and with one another's backups: who starts, who refuses, and in which words. */
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openConnection } from '../../server/src/stores/metadata/portable/connection.ts'
import { ALL } from '../../server/test/fixtures.ts'
import { pushImage } from '../../server/test/images.ts'
import { startPostgres, type TestPostgres } from '../../server/test/postgres.ts'
import { startServer } from '../../server/test/server.ts'
import { makeNextVersion } from './next-version.ts'
import { runVersion, startVersion, type Settings } from './run-version.ts'

const THIS = resolve(import.meta.dirname, '../src/main.ts')

let root: string
let postgres: TestPostgres | undefined
/** Has a column more. */
let next: string
/** After that one: has a column less. */
let afterNext: string
let source: Settings
let count = 0
/** Milliseconds: each test starts a dozen processes. */
const PATIENCE = 180_000
const newPath = (name: string): string => join(root, `${name}-${(count += 1)}`)

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wharden-versions-'))
  postgres = await startPostgres()
  const more = {
    name: '9001-label',
    sqlite: "ALTER TABLE repository ADD COLUMN label TEXT NOT NULL DEFAULT 'none'",
    postgres: `ALTER TABLE repository ADD COLUMN label text COLLATE "C" NOT NULL DEFAULT 'none'`,
  }
  const less = 'ALTER TABLE repository DROP COLUMN label'
  next = await makeNextVersion(newPath('next'), [more])
  afterNext = await makeNextVersion(newPath('after-next'), [
    more,
    { name: '9002-no-label.contract', sqlite: less, postgres: less },
  ])
  const directory = newPath('source')
  source = settingsOf(directory)
  const server = await startServer({ directory, settings: source })
  await server.organization('acme')
  const ci = await server.oat('acme', { '*': ALL })
  await pushImage(server, 'acme/app', { as: ci, tag: 'v1' })
  await server.close()
}, 180_000)
afterAll(async () => {
  await postgres?.stop()
  await rm(root, { recursive: true, force: true })
})

function settingsOf(directory: string): Settings {
  return {
    WHARDEN_DATA: directory,
    WHARDEN_SEAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    WHARDEN_HTTP_PORT: '0',
    WHARDEN_HTTPS_PORT: 'off',
    WHARDEN_METRICS_PORT: 'off',
  }
}

/** Starts it, and stops it once it serves. @returns what it said */
async function serveOnce(main: string, settings: Settings): Promise<string> {
  const child = startVersion(main, settings, ['serve'])
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.includes('serves at')) child.kill('SIGTERM')
  })
  await once(child, 'exit')
  return said
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (database) => {
  beforeEach((context) => {
    if (database === 'postgres' && postgres === undefined) context.skip('PostgreSQL is not installed')
  })

  const newTarget = async (): Promise<Settings> => ({
    ...settingsOf(newPath('target')),
    ...(database === 'postgres' && { WHARDEN_DATABASE_URL: (await postgres?.createDatabase()) ?? '' }),
  })

  async function labels(target: Settings): Promise<readonly unknown[]> {
    const url = target['WHARDEN_DATABASE_URL']
    const file = join(target['WHARDEN_DATA'] ?? '', 'wharden.db')
    const connection = await openConnection(
      url === undefined ? { type: 'sqlite', file } : { type: 'postgres', url },
      'read',
    )
    const rows = await connection.query('SELECT label FROM repository')
    await connection.close()
    return rows
  }

  it(
    'an older backup is loaded as what it is, then brought up to date; a newer one is refused',
    { timeout: PATIENCE },
    async () => {
      const older = newPath('backup')
      expect(await runVersion(THIS, source, 'backup', older)).toMatchObject({ code: 0, stderr: '' })
      const target = await newTarget()
      const restored = await runVersion(next, target, 'restore', older, '--output', 'json')
      expect(restored).toMatchObject({ code: 0, stderr: '' })
      expect(JSON.parse(restored.stdout)).toMatchObject({ migrated: ['9001-label'], blobs: { count: 2 } })
      expect(await labels(target)).toEqual([['none']])
      expect(await serveOnce(next, target)).toContain('serves at')

      const newer = newPath('backup')
      expect(await runVersion(next, target, 'backup', newer)).toMatchObject({ code: 0, stderr: '' })
      expect(await runVersion(THIS, await newTarget(), 'restore', newer)).toMatchObject({
        code: 1,
        stderr:
          "error: the backup's schema is newer than this version's: it has `9001-label`; restore it with Wharden 0.1.0, which took it, or a newer version\n",
      })
    },
  )

  it(
    'the next expands at its start, and this one goes on; what is contracted keeps this one out',
    { timeout: PATIENCE },
    async () => {
      const older = newPath('backup')
      await runVersion(THIS, source, 'backup', older)
      const target = await newTarget()
      await runVersion(THIS, target, 'restore', older)
      expect(await runVersion(next, target, 'migrate', '--check')).toMatchObject({
        code: 1,
        stdout: 'to be applied:\n  9001-label\n',
      })
      for (const version of [next, THIS, next, THIS])
        expect(await serveOnce(version, target)).toContain('serves at')

      if (database === 'postgres') {
        expect(await serveOnce(afterNext, target)).toContain(
          'stop all servers, run `wharden migrate`, then start the new version',
        )
        expect(await runVersion(afterNext, target, 'migrate')).toMatchObject({ code: 0 })
      }
      expect(await serveOnce(afterNext, target)).toContain('serves at')
      for (const version of [THIS, next])
        expect(await serveOnce(version, target)).toContain(
          "wharden can not start: the database's schema is not this version's: migration `9002-no-label.contract` was applied to it and is not known here",
        )
    },
  )
})

it('an older version takes no backup of a database whose tables it does not know', async () => {
  const directory = newPath('source')
  await cp(source['WHARDEN_DATA'] ?? '', directory, { recursive: true })
  const connection = await openConnection({ type: 'sqlite', file: join(directory, 'wharden.db') }, 'write')
  await connection.query('CREATE TABLE label (id TEXT PRIMARY KEY)')
  await connection.close()
  expect(await runVersion(THIS, settingsOf(directory), 'backup', newPath('backup'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      "has a table `label`, which this version doesn't know and would leave behind",
    ),
  })
})
