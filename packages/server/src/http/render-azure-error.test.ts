/** Every error there is, as Azure's clients get it: with which of them az gives up at once, and how long the SDKs wait. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, type AppErrorCode, type AppErrorDetail } from '../errors.ts'
import type { Site } from '../sites.ts'
import { renderAzureError } from './render-azure-error.ts'

const SITE: Site = { type: 'root', origin: 'https://registry.test', authority: 'registry.test' }

/** Where az prints the message and ends; on any other status it tries three times, five seconds apart, and prints it then. */
const FINAL = [401, 404, 405, 409]

/** What az waits for: what passes, or what no command of az's brings about. */
const WAITS: readonly AppErrorCode[] = [
  'too-many-requests',
  'busy',
  'unavailable',
  'storage-full',
  'invalid',
  'too-large',
  'misdirected',
  'manifest-invalid',
  'upload-invalid',
  'size-invalid',
  'range-invalid',
]

const STATUSES: { readonly [Code in AppErrorCode]: readonly [status: number, code: string] } = {
  'credential-invalid': [401, 'UNAUTHORIZED'],
  'scope-needed': [401, 'UNAUTHORIZED'],
  denied: [401, 'UNAUTHORIZED'],
  'not-found': [404, 'NAME_UNKNOWN'],
  conflict: [409, 'BLOB_UPLOAD_INVALID'],
  invalid: [400, 'UNSUPPORTED'],
  'limit-reached': [409, 'DENIED'],
  gone: [404, 'NAME_UNKNOWN'],
  'too-large': [413, 'SIZE_INVALID'],
  'too-many-requests': [429, 'TOOMANYREQUESTS'],
  busy: [503, 'UNAVAILABLE'],
  'storage-full': [507, 'UNAVAILABLE'],
  unavailable: [503, 'UNAVAILABLE'],
  misdirected: [421, 'UNSUPPORTED'],
  unsupported: [405, 'UNSUPPORTED'],
  'name-invalid': [404, 'NAME_INVALID'],
  'repository-unknown': [404, 'NAME_UNKNOWN'],
  'manifest-unknown': [404, 'MANIFEST_UNKNOWN'],
  'manifest-invalid': [400, 'MANIFEST_INVALID'],
  'manifest-blob-unknown': [404, 'MANIFEST_BLOB_UNKNOWN'],
  'blob-unknown': [404, 'BLOB_UNKNOWN'],
  'upload-unknown': [404, 'BLOB_UPLOAD_UNKNOWN'],
  'upload-invalid': [400, 'BLOB_UPLOAD_INVALID'],
  'digest-invalid': [404, 'DIGEST_INVALID'],
  'size-invalid': [400, 'SIZE_INVALID'],
  'range-invalid': [416, 'RANGE_INVALID'],
  'page-invalid': [404, 'PAGINATION_NUMBER_INVALID'],
}

// The keys are those of the table just above.
const CODES = Object.keys(STATUSES) as readonly AppErrorCode[]

describe('an error, to Azure’s clients', () => {
  let failure = new AppError('not-found', 'nothing yet')
  const server = createServer((_, response) => {
    response.setHeader('x-request-id', 'abc')
    renderAzureError(response, SITE, failure)
  })
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise((resolve) => void server.close(resolve)))

  function get(code: AppErrorCode, detail: AppErrorDetail = {}, method = 'GET'): Promise<Response> {
    failure = new AppError(code, 'what happened; what to do', detail)
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return fetch(`http://127.0.0.1:${port}/`, { method })
  }

  it.each(CODES)('%s', async (code) => {
    const answer = await get(code)
    const [status, said] = STATUSES[code]
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({
      errors: [{ code: said, message: 'what happened; what to do', detail: null }],
    })
    expect(answer.headers.has('www-authenticate')).toBe(status === 401)
    expect(answer.headers.get('x-ms-correlation-request-id')).toBe('abc')
    expect(FINAL.includes(status)).toBe(!WAITS.includes(code))
  })

  it('a lock is 405, and says so', async () => {
    const answer = await get('denied', { because: 'lock' })
    expect(answer.status).toBe(405)
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'REGISTRY_DISALLOWED_OPERATION' }] })
  })

  it('a HEAD has no body', async () => {
    expect(await (await get('denied', {}, 'HEAD')).text()).toBe('')
  })

  it.each([
    [1, '1'],
    [60, '60'],
    [61, null],
    [21_600, null],
  ])('of %i seconds to wait the SDKs are told %s', async (retryAfterSeconds, told) => {
    for (const code of ['too-many-requests', 'unavailable', 'conflict'] as const)
      expect((await get(code, { retryAfterSeconds })).headers.get('retry-after')).toBe(told)
  })
})
