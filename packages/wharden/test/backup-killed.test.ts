/** A backup, a restore, a move that dies (kill -9) leaves what can be gone on with, and nothing that looks whole and isn't. */
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ALL } from '../../server/test/fixtures.ts'
import { newBlob, pushBlob } from '../../server/test/images.ts'
import { startPostgres, type TestPostgres } from '../../server/test/postgres.ts'
import { startServer } from '../../server/test/server.ts'
import { runVersion, startVersion, type Settings } from './run-version.ts'
import { openConnection } from '../../server/src/stores/metadata/portable/connection.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const BLOBS = 200
const ROWS = 30_000

let root: string
let postgres: TestPostgres | undefined
let source: Settings
let count = 0
const newPath = (name: string): string => join(root, `${name}-${(count += 1)}`)

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wharden-killed-'))
  postgres = await startPostgres()
  const directory = newPath('source')
  source = { WHARDEN_DATA: directory, WHARDEN_SEAL_KEY: Buffer.alloc(32, 7).toString('base64') }
  const server = await startServer({ directory, settings: source })
  await server.organization('acme')
  const ci = await server.oat('acme', { '*': ALL })
  for (let pushed = 0; pushed < BLOBS; pushed += 20)
    await Promise.all(
      Array.from({ length: 20 }, () => pushBlob(server, 'acme/app', newBlob(2_000), { as: ci })),
    )
  await server.close()
  const connection = await openConnection({ type: 'sqlite', file: join(directory, 'wharden.db') }, 'write')
  const rows = Array.from({ length: ROWS }, (_, index) => [`batch-${index}`, index, 0, 0, 'x'.repeat(64)])
  await connection.begin('write')
  await connection.insert('activity_batch', ['id', 'at', 'dropped', 'row_count', 'hash'], rows)
  await connection.commit()
  await connection.close()
}, 180_000)
afterAll(async () => {
  await postgres?.stop()
  await rm(root, { recursive: true, force: true })
})

const run = (settings: Settings, ...args: readonly string[]) => runVersion(MAIN, settings, ...args)

/** Kills it as soon as `seen` is true. @returns whether it was still running then */
async function killWhen(
  settings: Settings,
  args: readonly string[],
  seen: () => Promise<boolean>,
): Promise<boolean> {
  const child = startVersion(MAIN, settings, args)
  const exit = once(child, 'exit')
  while (child.exitCode === null && !(await seen())) await pause(2)
  child.kill('SIGKILL')
  await exit
  return child.signalCode === 'SIGKILL'
}

async function filesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile() && /^[0-9a-f]{32,}$/.test(entry.name)).length
}

const has = (directory: string, blobs: number) => async () => (await filesIn(directory)) >= blobs

describe('a backup that is killed', () => {
  it('is none, or still the one before; done again it is whole', async () => {
    const directory = newPath('backup')
    for (const blobs of [1, 120]) {
      expect(await killWhen(source, ['backup', directory], has(join(directory, 'blobs'), blobs))).toBe(true)
      const checked = await run(source, 'backup', directory, '--check')
      expect(checked).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no whole backup') })
    }
    const taken = await run(source, 'backup', directory, '--output', 'json')
    expect(taken).toMatchObject({ code: 0, stderr: '' })
    const report = JSON.parse(taken.stdout)
    expect(report.blobs.count).toBe(BLOBS)
    expect(report.blobs.copied).toBeLessThan(BLOBS / 2)
    const snapshots = async () => (await readdir(join(directory, 'metadata'))).length
    expect(await killWhen(source, ['backup', directory], async () => (await snapshots()) === 2)).toBe(true)
    const checked = await run(source, 'backup', directory, '--check', '--output', 'json')
    expect(JSON.parse(checked.stdout)).toMatchObject({ takenAt: report.takenAt })
    expect((await run(source, 'backup', directory)).code).toBe(0)
    expect(await snapshots()).toBe(1)
  }, 120_000)
})

describe.each(['sqlite', 'postgres'] as const)('into %s', (database) => {
  const newTarget = async (): Promise<Settings> => ({
    ...source,
    WHARDEN_DATA: newPath('target'),
    ...(database === 'postgres' && { WHARDEN_DATABASE_URL: (await postgres?.createDatabase()) ?? '' }),
  })

  const acts = {
    restore: async (target: Settings) => {
      const directory = newPath('backup')
      expect((await run(source, 'backup', directory)).code).toBe(0)
      return [target, ['restore', directory]] as const
    },
    move: async (target: Settings) => {
      const file = newPath('settings')
      await writeFile(
        file,
        Object.entries(target)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      )
      return [source, ['move', '--to', file]] as const
    },
  }

  beforeEach((context) => {
    if (database === 'postgres' && postgres === undefined) context.skip('PostgreSQL is not installed')
  })

  it.each(['restore', 'move'] as const)(
    'a %s that is killed starts no server, and goes on',
    async (act) => {
      const target = await newTarget()
      const data = target['WHARDEN_DATA'] ?? ''
      const [settings, args] = await acts[act](target)
      const loading = database === 'sqlite' ? walGrows(data) : inserting(target['WHARDEN_DATABASE_URL'] ?? '')
      for (const seen of [has(join(data, 'blobs'), 80), loading]) {
        expect(await killWhen(settings, args, seen)).toBe(true)
        const started = await run(target, 'serve')
        expect(started.code).toBe(1)
        expect(started.stdout).toContain('was begun and has not ended: run it again')
      }
      const done = await run(settings, ...args, '--output', 'json')
      expect(done).toMatchObject({ code: 0, stderr: '' })
      const report = JSON.parse(done.stdout)
      expect(report.blobs).toMatchObject({ count: BLOBS, copied: 0 })
      expect(report.rows).toBeGreaterThan(ROWS)
      const checked = await run(target, 'migrate', '--check')
      expect(checked).toMatchObject({ code: 0, stdout: 'the database is up to date\n' })
    },
    120_000,
  )
})

/** The write-ahead log of the transaction that brings all rows. */
function walGrows(data: string): () => Promise<boolean> {
  return async () =>
    ((await stat(join(data, 'wharden.db-wal')).catch(() => undefined))?.size ?? 0) > 2_000_000
}

function inserting(url: string): () => Promise<boolean> {
  return async () => {
    const connection = await openConnection({ type: 'postgres', url }, 'read')
    const rows = await connection.query(
      "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'INSERT INTO activity_batch%'",
    )
    await connection.close()
    return rows.length > 0
  }
}
