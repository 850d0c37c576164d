/** What is wrong with a backup, or with where it is to go, is named, and nothing is left half done. */
import { cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backup, checkBackup, move, restore, type Copying } from '../src/index.ts'
import { content, demand, pushBlob, pushImage, type Content } from './images.ts'
import { ALL } from './fixtures.ts'
import { recordEvents } from './record-events.ts'
import { startServer } from './server.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64')
/** So large that a byte in its middle is nobody else's. */
const LAYER: Content = content(Buffer.alloc(300_000, 'layer'))

let root: string
let source: Readonly<Record<string, string>>
/** Whole; tests damage copies of it. */
let whole: string
/** Milliseconds: each test is many starts and copies, and the machine may be busy. */
const PATIENCE = 120_000
let count = 0
const newPath = (name: string): string => join(root, `${name}-${(count += 1)}`)
const quiet: Copying = { progress: () => {}, warn: () => {}, signal: new AbortController().signal }
const save = (directory: string, environment = source, more: Partial<Copying> = {}) =>
  backup({ ...quiet, ...more, environment, directory, version: '0.1.0', withSealKey: false })
const target = (more: Readonly<Record<string, string>> = {}) => ({
  WHARDEN_DATA: newPath('target'),
  WHARDEN_SEAL_KEY: KEY,
  ...more,
})
const load = (directory: string, environment: Readonly<Record<string, string>> = target()) =>
  restore({ ...quiet, environment, directory })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wharden-damage-'))
  source = { WHARDEN_DATA: newPath('source'), WHARDEN_SEAL_KEY: KEY }
  whole = newPath('backup')
  const server = await startServer({
    directory: source['WHARDEN_DATA'] ?? '',
    settings: { ...source, WHARDEN_HTTPS_PORT: '0' },
  })
  await server.organization('acme')
  const ci = await server.oat('acme', { '*': ALL })
  demand(await pushBlob(server, 'acme/app', LAYER, { as: ci }), 201)
  await pushImage(server, 'acme/app', { as: ci, tag: 'v1' })
  await recordEvents(server)
  await server.close()
  await save(whole)
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function copyOfWhole(): Promise<string> {
  const directory = newPath('copy')
  await cp(whole, directory, { recursive: true })
  return directory
}

async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'lock')
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
}

async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, at)
  await file.write(Buffer.of(byte.readUInt8(0) ^ 1), 0, 1, at)
  await file.close()
}

describe('a damaged backup', () => {
  it(
    'is noticed whichever part of it has one flipped byte, and the part is named',
    { timeout: PATIENCE },
    async () => {
      for (const file of await filesOf(whole)) {
        const directory = await copyOfWhole()
        const { size } = await stat(join(directory, file))
        for (const at of [0, Math.floor(size / 2), size - 1]) {
          await flip(join(directory, file), at)
          const named = expect.stringContaining(file)
          await expect(checkBackup({ ...quiet, directory }), `${file}, ${at}`).rejects.toMatchObject({
            exit: 'failed',
            message: named,
          })
          await flip(join(directory, file), at)
        }
        await flip(join(directory, file), Math.floor(size / 2))
        const environment = target()
        await expect(load(directory, environment), file).rejects.toMatchObject({
          exit: 'failed',
          message: expect.stringContaining(file),
        })
        await expectNoInstallation(environment)
      }
    },
  )

  it('is noticed when a part is cut short or missing', { timeout: PATIENCE }, async () => {
    for (const file of await filesOf(whole)) {
      const directory = await copyOfWhole()
      const path = join(directory, file)
      await truncate(path, (await stat(path)).size - 1)
      await expect(load(directory), file).rejects.toMatchObject({ message: expect.stringContaining(file) })
      await rm(path)
      await expect(load(directory), file).rejects.toMatchObject({
        message: expect.stringContaining(file === 'manifest.json' ? 'has no manifest.json' : file),
      })
    }
  })

  it('goes on where it stopped once the damage is mended', { timeout: PATIENCE }, async () => {
    const directory = await copyOfWhole()
    const blob = (await filesOf(directory)).find((file) => file.endsWith(LAYER.digest.slice(7)))
    const environment = target()
    await flip(join(directory, blob ?? ''), 5)
    await expect(load(directory, environment)).rejects.toThrow(`\`${LAYER.digest}\` is damaged in the backup`)
    await flip(join(directory, blob ?? ''), 5)
    const restored = await load(directory, environment)
    expect(restored.blobs.count).toBe(3)
    await startAndClose(environment)
  })
})

describe('a restore', () => {
  it(
    'asks for the seal key before anything is written, and takes no other',
    { timeout: PATIENCE },
    async () => {
      const none = { WHARDEN_DATA: newPath('target') }
      await expect(load(whole, none)).rejects.toMatchObject({
        exit: 'failed',
        message: expect.stringMatching(/sealed by the seal key `[0-9a-f]{16}`, and there is none here: put/),
      })
      await expect(stat(none.WHARDEN_DATA)).rejects.toThrow('ENOENT')
      await expect(load(whole, target({ WHARDEN_SEAL_KEY: OTHER_KEY }))).rejects.toThrow(
        /and the one here is `[0-9a-f]{16}`/,
      )
    },
  )

  it(
    'takes the key out of a backup that has it, and keeps it from others',
    { timeout: PATIENCE },
    async () => {
      const directory = newPath('backup')
      const { sealKeyIncluded } = await backup({
        ...quiet,
        environment: source,
        directory,
        version: '0.1.0',
        withSealKey: true,
      })
      expect(sealKeyIncluded).toBe(true)
      const environment = { WHARDEN_DATA: newPath('target') }
      await load(directory, environment)
      for (const file of [join(directory, 'seal.key'), join(environment.WHARDEN_DATA, 'seal.key')])
        expect((await stat(file)).mode & 0o777).toBe(0o600)
      for (const file of await filesOf(directory))
        expect((await stat(join(directory, file))).mode & 0o077, file).toBe(0)
      await startAndClose(environment)
    },
  )

  it('knows what was written by somebody without the seal key', { timeout: PATIENCE }, async () => {
    const forged = newPath('source')
    await cp(source['WHARDEN_DATA'] ?? '', forged, { recursive: true })
    // A manifest that is right in itself, of rows that somebody altered: sealed by another key.
    const other = newPath('backup')
    const database = new DatabaseSync(join(forged, 'wharden.db'))
    database.exec('DELETE FROM signing_key; DELETE FROM setting')
    database.close()
    await rm(join(forged, 'certificates'), { recursive: true })
    await save(other, { WHARDEN_DATA: forged, WHARDEN_SEAL_KEY: OTHER_KEY })
    await expect(load(other)).rejects.toThrow('altered by somebody who does not have its seal key')
  })

  it(
    'brings the certificate authority, that nobody has to trust another',
    { timeout: PATIENCE },
    async () => {
      const environment = target()
      await load(whole, environment)
      const authority = 'certificates/localhost/authority.pem'
      const pem = await readFile(join(environment.WHARDEN_DATA, authority), 'utf8')
      expect(pem).toBe(await readFile(join(source['WHARDEN_DATA'] ?? '', authority), 'utf8'))
      expect((await stat(join(environment.WHARDEN_DATA, authority))).mode & 0o777).toBe(0o600)
      for (const file of await filesOf(whole))
        expect(await readFile(join(whole, file), 'latin1')).not.toContain('PRIVATE KEY')
    },
  )

  it('refuses a blob store with bytes of others, and a newer schema', { timeout: PATIENCE }, async () => {
    const blobs = newPath('blobs')
    const environment = target({ WHARDEN_BLOBS: blobs })
    await load(whole, environment)
    const beside = target({ WHARDEN_BLOBS: blobs })
    await expect(load(whole, beside)).rejects.toThrow('the blob store is not empty')
    await startAndClose(target({ WHARDEN_DATA: beside.WHARDEN_DATA }))
    const newer = newPath('source')
    await cp(source['WHARDEN_DATA'] ?? '', newer, { recursive: true })
    const database = new DatabaseSync(join(newer, 'wharden.db'))
    database.exec("INSERT INTO migration VALUES ('9998-later', 'x', 0)")
    database.close()
    const directory = newPath('backup')
    await save(directory, { ...source, WHARDEN_DATA: newer })
    await expect(load(directory)).rejects.toThrow(
      "the backup's schema is newer than this version's: it has `9998-later`; restore it with Wharden 0.1.0",
    )
  })
})

describe('a backup', () => {
  it(
    'names the digest and a repository of what the blob store has lost, and stays what it was before',
    { timeout: PATIENCE },
    async () => {
      const lost = newPath('source')
      await cp(source['WHARDEN_DATA'] ?? '', lost, { recursive: true })
      const database = new DatabaseSync(join(lost, 'wharden.db'))
      const { key } = database.prepare('SELECT key FROM blob WHERE digest = ?').get(LAYER.digest) ?? {}
      database.close()
      await rm(join(lost, 'blobs', String(key).slice(-2), String(key)))
      const directory = newPath('backup')
      const message = `\`${LAYER.digest}\`, which \`acme/app\` links, is missing in the blob store`
      await expect(save(directory, { ...source, WHARDEN_DATA: lost })).rejects.toMatchObject({
        exit: 'failed',
        message,
      })
      await expect(checkBackup({ ...quiet, directory })).rejects.toThrow('there is no whole backup')
      await expect(load(directory)).rejects.toThrow('there is no whole backup')
      const again = await copyOfWhole()
      const blob = (await filesOf(again)).find((file) => file.endsWith(LAYER.digest.slice(7)))
      await rm(join(again, blob ?? ''))
      await expect(save(again, { ...source, WHARDEN_DATA: lost })).rejects.toThrow(message)
      await expect(checkBackup({ ...quiet, directory: again })).rejects.toThrow(
        `\`${LAYER.digest}\` is missing`,
      )
    },
  )

  it(
    'copies again only what it lacks, mends what was cut short, and keeps nothing that is not of it',
    { timeout: PATIENCE },
    async () => {
      const directory = await copyOfWhole()
      expect((await save(directory)).blobs).toMatchObject({ count: 3, copied: 0 })
      const blob = (await filesOf(directory)).find((file) => file.endsWith(LAYER.digest.slice(7))) ?? ''
      await truncate(join(directory, blob), 10)
      await writeFile(join(directory, dirname(blob), 'what-a-killed-one-left.unfinished'), 'half')
      await cp(join(whole, 'metadata'), join(directory, 'metadata', 'stray'), { recursive: true })
      expect(await save(directory)).toMatchObject({ blobs: { copied: 1, copiedBytes: 300_000 }, removed: 1 })
      await checkBackup({ ...quiet, directory })
      expect(await readdir(join(directory, 'metadata'))).toHaveLength(1)
    },
  )

  it('is of one installation, and taken by one process at a time', { timeout: PATIENCE }, async () => {
    const other = { WHARDEN_DATA: newPath('other') }
    await startAndClose(other)
    await expect(save(whole, other)).rejects.toMatchObject({
      exit: 'conflict',
      message: `\`${whole}\` holds the backup of another installation: choose another directory`,
    })
    const directory = newPath('backup')
    const two = await Promise.allSettled([save(directory), save(directory)])
    expect(two.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('says where there is nothing to save', { timeout: PATIENCE }, async () => {
    await expect(save(newPath('backup'), { WHARDEN_DATA: newPath('nothing') })).rejects.toThrow(
      'there is no database at',
    )
    await expect(save(newPath('backup'), { WHARDEN_WRONG: '1' })).rejects.toMatchObject({ exit: 'usage' })
  })

  it(
    'warns of an audit chain that was broken already, and so does its restore',
    { timeout: PATIENCE },
    async () => {
      const altered = newPath('source')
      await cp(source['WHARDEN_DATA'] ?? '', altered, { recursive: true })
      const database = new DatabaseSync(join(altered, 'wharden.db'))
      database.exec("UPDATE audit_event SET at = at + 1 WHERE tenant_id = 'installation' AND sequence = 1")
      database.close()
      const directory = newPath('backup')
      const warnings: string[] = []
      const warn = (sentence: string) => void warnings.push(sentence)
      const { audit } = await save(directory, { ...source, WHARDEN_DATA: altered }, { warn })
      expect(audit.broken).toEqual(['the audit chain of `installation` is broken: event 1 was altered'])
      await restore({ ...quiet, warn, environment: target(), directory })
      expect(warnings).toEqual([...audit.broken, `${audit.broken[0]}; it was so in the source`])
    },
  )
})

it('whatever is interrupted can be done again', { timeout: PATIENCE }, async () => {
  const directory = newPath('backup')
  const environment = target()
  const moved = target()
  const file = newPath('settings')
  await writeFile(
    file,
    Object.entries(moved)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const acts = [
    (copying: Copying) =>
      backup({ ...copying, environment: source, directory, version: '0.1.0', withSealKey: false }),
    (copying: Copying) => restore({ ...copying, environment, directory }),
    (copying: Copying) => move({ ...copying, environment: source, to: file }),
  ]
  for (const act of acts) {
    let steps = 0
    await act({ ...quiet, signal: AbortSignal.abort() }).catch(() => {})
    for (let stopAt = 1; ; stopAt += 3) {
      const stopping = new AbortController()
      steps = 0
      const progress = () => void ((steps += 1) === stopAt && stopping.abort())
      const ended = await act({ ...quiet, progress, signal: stopping.signal }).catch(
        (cause: unknown) => cause,
      )
      if (!(ended instanceof Error)) break
      expect(ended).toMatchObject({ exit: 'interrupted' })
    }
  }
  await checkBackup({ ...quiet, directory })
  await startAndClose(environment)
  await startAndClose(moved)
})

async function startAndClose(settings: Readonly<Record<string, string>>): Promise<void> {
  const server = await startServer({ directory: settings['WHARDEN_DATA'] ?? '', settings })
  await server.close()
}

/** Nobody can take what is there for a registry that has lost everything. */
async function expectNoInstallation(settings: Readonly<Record<string, string>>): Promise<void> {
  const database = await stat(join(settings['WHARDEN_DATA'] ?? '', 'wharden.db')).catch(() => undefined)
  if (database !== undefined)
    await expect(startAndClose(settings)).rejects.toThrow('was begun and has not ended')
}
