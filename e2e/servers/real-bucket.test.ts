/**
 * The contract of blob stores on an S3 that does what s3rver leaves out: versitygw checks signatures, digests of bodies and the
 * ETags of parts, wants parts of 5 MiB, copies them, and lists and aborts uploads. `npm run test:s3` builds it where Go is
 * present; among the others, which have no network, it is tried if it has been built. A store of one's own is tried by
 * `TEST_S3='{"endpoint":…,"bucket":…,"prefix":"trial/","keyId":…,"secret":…}' npm run test:s3`.
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openDescribed, type S3Place } from '../../packages/server/src/stores/blobs/s3/contract-place.ts'
import { samplePart } from '../../packages/server/src/stores/blobs/contract-sample.ts'
import { contents, finish, keys, open } from '../../packages/server/src/stores/blobs/contract-tools.ts'
import { testBlobStore } from '../../packages/server/src/stores/blobs/contract.ts'
import { startDaemon } from '../support/daemon.ts'
import { goInstall } from '../support/go-install.ts'
import { listensAt } from '../support/ready.ts'

const TARGET = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'
const MODULE = new URL('../../packages/server/src/stores/blobs/s3/contract-place.ts', import.meta.url)
  .pathname
const PORT = 7070
const KEYS = { keyId: 'tester', secret: 'the secret of a tester' }

const ending: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ending) await end()
})

const given = process.env['TEST_S3']
const program = given === undefined ? await goInstall(TARGET) : undefined

describe.skipIf(program?.type === 'unavailable')('a bucket that is no imitation', () => {
  let place: S3Place

  testBlobStore('it', async () => {
    const started = await start()
    place = started.place
    return { module: MODULE, place: JSON.stringify(place), cleanUp: async () => {} }
  })

  test('takes parts of true size: sealed, copied, finished elsewhere; a stale writer fails; nothing is left', async () => {
    const bytes = samplePart(0, 30_000_000)
    const here = openDescribed(place)
    const there = openDescribed(place)
    const stale = await open(here, here.startUpload('sha256'))
    await stale.append(bytes.subarray(0, 18_000_000))
    const one = await stale.checkpoint()
    const second = await open(there, one)
    await second.append(bytes.subarray(18_000_000, 26_000_000))
    const two = await second.checkpoint()
    expect(two.key).not.toBe(one.key)
    const goOn = async () => {
      await stale.append(Buffer.alloc(17_000_000))
      await stale.checkpoint()
    }
    await expect(goOn()).rejects.toThrow('blob store')
    await stale.close()
    await second.close()
    await there.leave(one, two)
    const third = await open(there, two)
    await third.append(bytes.subarray(26_000_000))
    const three = await third.checkpoint()
    await third.close()
    await there.leave(two, three)
    const done = await finish(await open(here, three), bytes)
    await here.leave(three, done)
    expect(done.key).toBe(three.key)
    expect((await contents(here, done.key, { start: 0, end: bytes.length })).equals(bytes)).toBe(true)
    expect((await keys(here, Infinity)).filter((key) => key >= one.key)).toEqual([done.key])
    await here.close()
    await there.close()
  })

  test('aborts an upload whose key is deleted, and forgets it', async () => {
    const store = openDescribed(place)
    const writer = await open(store, store.startUpload('sha256'))
    await writer.append(samplePart(0, 18_000_000))
    const { key } = await writer.checkpoint()
    expect(await store.stat(key)).toBeDefined()
    await store.delete(key)
    expect(await store.stat(key)).toBeUndefined()
    expect(await keys(store, Infinity)).not.toContain(key)
    await store.close()
  })
})

async function start(): Promise<{ readonly place: S3Place }> {
  if (given !== undefined) return { place: JSON.parse(given) }
  if (program?.type !== 'ok') throw new Error('there is no program')
  const directory = mkdtempSync(join(tmpdir(), 'wharden-versitygw-'))
  mkdirSync(join(directory, 'data', 'wharden'), { recursive: true })
  const daemon = await startDaemon(
    program.path,
    ['--port', `127.0.0.1:${PORT}`, '--quiet', 'posix', join(directory, 'data')],
    {
      env: { ROOT_ACCESS_KEY: KEYS.keyId, ROOT_SECRET_KEY: KEYS.secret },
      logFile: join(directory, 'log'),
      ready: listensAt({ host: '127.0.0.1', port: PORT }),
    },
  )
  ending.push(async () => {
    await daemon.close()
    await rm(directory, { recursive: true })
  })
  return { place: { endpoint: `http://127.0.0.1:${PORT}`, bucket: 'wharden', prefix: 'deep/', ...KEYS } }
}
