import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contents, open, storeBlob } from '../contract-tools.ts'
import { digestOf, samplePart } from '../contract-sample.ts'
import { BlobStoreFullError, BlobStoreUnavailableError, type BlobStore } from '../port.ts'
import { newBlobKey, type BlobKey } from '../blob-key.ts'
import { openDescribed, type S3Place } from './contract-place.ts'
import { startProxy, type Fault, type Proxy } from './contract-proxy.ts'
import { startS3rver } from './contract-s3rver.ts'

const SIZE = 600_000
const bytes = samplePart(0, SIZE)
const PARTS = 262_144

let place: S3Place
let proxy: Proxy
let stop: () => Promise<void>
let store: BlobStore
let key: BlobKey

beforeAll(async () => {
  const server = await startS3rver()
  proxy = await startProxy(server.place.endpoint)
  place = { ...server.place, endpoint: proxy.endpoint, partBytes: PARTS, answerMilliseconds: 2_000 }
  stop = server.close
})
afterAll(async () => {
  await proxy.close()
  await stop()
})
beforeEach(async () => {
  store = openDescribed(place)
  key = (await storeBlob(store, bytes)).key
})
afterEach(async () => {
  proxy.fault = () => undefined
  await store.close()
})

const FAULTS: readonly (readonly [string, Fault, RegExp])[] = [
  ['500', { type: 'answer', status: 500, code: 'InternalError' }, /failed \(InternalError\)/],
  ['503 SlowDown', { type: 'answer', status: 503, code: 'SlowDown' }, /failed \(SlowDown\)/],
  ['503', { type: 'answer', status: 503, code: 'ServiceUnavailable' }, /failed \(ServiceUnavailable\)/],
  ['a dropped connection', { type: 'drop' }, /can not be reached|breaks off/],
  [
    'a refusal',
    { type: 'answer', status: 403, code: 'AccessDenied' },
    /not let this server in \(AccessDenied\)/,
  ],
  ['a bucket that is gone', { type: 'answer', status: 404, code: 'NoSuchBucket' }, /no bucket `wharden`/],
  [
    'a 404 of something else',
    { type: 'answer', status: 404, code: 'PageNotFound' },
    /failed \(PageNotFound\)/,
  ],
]

describe.each(FAULTS)('under %s', (_, fault, sentence) => {
  test('nothing is said to be missing that is there', async () => {
    proxy.fault = () => fault
    const uploaded = { ...store.startUpload('sha256'), key, offset: 10, digest: digestOf(bytes) }
    const acts: readonly ((at: BlobStore) => Promise<unknown>)[] = [
      (at) => at.read(key, { start: 0, end: SIZE }),
      (at) => at.readAll(key, 100_000),
      (at) => at.stat(key),
      (at) => at.openUpload(uploaded),
    ]
    for (const act of acts) {
      const at = openDescribed(place)
      await expect(act(at)).rejects.toThrow(BlobStoreUnavailableError)
      await at.close()
    }
    await expect(openDescribed(place).read(key, { start: 0, end: 1 })).rejects.toThrow(sentence)
  })

  test.each(['PUT', 'POST'])('nothing is acknowledged that is not stored (at each %s)', async (method) => {
    const writer = await open(store, store.startUpload('sha256'))
    proxy.fault = (asked) => (asked === method ? fault : undefined)
    const act = async () => {
      await writer.append(bytes)
      await writer.finish(digestOf(bytes))
    }
    await expect(act()).rejects.toThrow(BlobStoreUnavailableError)
    await writer.close()
  })
})

test('a store that hangs is given up, and left alone after a few times', async () => {
  proxy.fault = () => ({ type: 'hang' })
  const asked = await Promise.allSettled(Array.from({ length: 4 }, () => store.stat(key)))
  expect(asked.every(({ status }) => status === 'rejected')).toBe(true)
  const before = proxy.seen.length
  const failure = await store.stat(key).catch((cause: unknown) => cause)
  expect(failure).toMatchObject({ name: 'BlobStoreUnavailableError', retryAfterSeconds: expect.any(Number) })
  expect(proxy.seen.length).toBe(before)
  proxy.fault = () => undefined
  await expect
    .poll(() => store.stat(key).catch(() => undefined), { timeout: 15_000 })
    .toMatchObject({ size: SIZE })
})

test.each<readonly [string, Fault]>([
  ['fail', { type: 'answer', status: 500, code: 'InternalError' }],
  ['break off', { type: 'drop' }],
  ['are done and not answered', { type: 'deaf' }],
])('requests that %s are tried again, and make no difference', async (_, fault) => {
  const tried = new Map<string, number>()
  proxy.fault = (method, url) => {
    const name = `${method} ${url}`
    tried.set(name, (tried.get(name) ?? 0) + 1)
    return tried.get(name) === 1 ? fault : undefined
  }
  const writer = await open(store, store.startUpload('sha256'))
  await writer.append(bytes.subarray(0, 300_000))
  const position = await writer.checkpoint()
  await writer.close()
  const other = openDescribed(place)
  const next = await open(other, position)
  await next.append(bytes.subarray(300_000))
  const finished = await next.finish(digestOf(bytes))
  if (finished.type === 'error') throw new Error('the bytes are others')
  expect((await contents(store, finished.value.key, { start: 0, end: SIZE })).equals(bytes)).toBe(true)
  await other.close()
})

test('a download that breaks off is taken up where it ended', async () => {
  let cuts = 0
  proxy.fault = (method) => (method === 'GET' && (cuts += 1) <= 3 ? { type: 'cut' } : undefined)
  expect((await contents(store, key, { start: 0, end: SIZE })).equals(bytes)).toBe(true)
  expect(cuts).toBeGreaterThan(3)
})

test('a checkpoint that fails loses nothing of the one before', async () => {
  const writer = await open(store, store.startUpload('sha256'))
  await writer.append(bytes.subarray(0, 400_000))
  const position = await writer.checkpoint()
  proxy.fault = (method) =>
    method === 'PUT' ? { type: 'answer', status: 500, code: 'InternalError' } : undefined
  const lost = async () => {
    await writer.append(bytes.subarray(400_000))
    await writer.checkpoint()
  }
  await expect(lost()).rejects.toThrow(BlobStoreUnavailableError)
  await writer.close()
  proxy.fault = () => undefined
  const again = await open(store, position)
  await again.append(bytes.subarray(400_000))
  expect(await again.finish(digestOf(bytes))).toMatchObject({ type: 'ok', value: { size: SIZE } })
})

test.each([
  [507, 'StorageFull'],
  [403, 'QuotaExceeded'],
])('a store that is full (%i %s) says so', async (status, code) => {
  proxy.fault = (method) => (method === 'PUT' ? { type: 'answer', status, code } : undefined)
  await expect(storeBlob(store, samplePart(0, 10))).rejects.toThrow(BlobStoreFullError)
})

test('an answer of the store never shows what the request was signed with', async () => {
  proxy.fault = () => ({ type: 'answer', status: 403, code: 'AccessDenied' })
  const failure = await store.stat(newBlobKey(Date.now())).catch((cause: unknown) => cause)
  const { inspect } = await import('node:util')
  expect(inspect(failure, { depth: 20, showHidden: true })).not.toMatch(/AWS4-HMAC|Signature|S3RVER/)
})

test('a wrong key is refused with a sentence', async () => {
  const stranger = openDescribed({ ...place, keyId: 'stranger' })
  await expect(stranger.read(key, { start: 0, end: 1 })).rejects.toThrow(/not let this server in/)
  await stranger.close()
})
