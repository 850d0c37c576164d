/**
 * A whole house behind the administration API, on real stores in a directory of its own and a port of its own, and a clock
 * that stands still until it is moved.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { BASE_PATH } from '@wharden/api'
import { parseCidr } from '@wharden/system'
import { pino } from 'pino'
import { createRecorder } from '../src/activity/recorder.ts'
import { readConfig } from '../src/config.ts'
import { createGeneration } from '../src/generation.ts'
import { createAdmission } from '../src/http/admission.ts'
import { createHttp } from '../src/http/create-http.ts'
import { createIdentity } from '../src/identity/identity.ts'
import type { TokenFamily } from '../src/identity/signing-key.ts'
import { openSigningKeys, usualSchedule } from '../src/identity/signing-keys.ts'
import { createCaches } from '../src/operations/caches.ts'
import { createDecisionIds } from '../src/operations/decision-id.ts'
import { createMemoryPullCounts } from '../src/operations/memory-pull-counts.ts'
import type { House } from '../src/operations/house.ts'
import { ensureSetupLink } from '../src/operations/manage/create-setup-link.ts'
import { loadSealKeys } from '../src/secrets/seal-keys.ts'
import { createRunning } from '../src/running.ts'
import { signingKeyRows } from '../src/signing-key-rows.ts'
import { createSites } from '../src/sites.ts'
import { openFilesystemBlobStore } from '../src/stores/blobs/filesystem/open.ts'
import { openMetadataStore, type MetadataLocation } from '../src/stores/metadata/open.ts'
import { adminFace } from '../src/faces/admin/admin-face.ts'
import { setupFace } from '../src/faces/admin/setup-face.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** The body as JSON; a test knows what it asked for. */
  // oxlint-disable-next-line no-explicit-any
  readonly body: any
}

export type Sent = {
  readonly body?: unknown
  /** A secret, sent as `Bearer`. */
  readonly as?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly from?: string
}

export type AdminBed = Awaited<ReturnType<typeof openAdminBed>>

const PASSWORD = 'correct horse battery'

/** @param location of the metadata store; SQLite in the bed's own directory if not given */
export async function openAdminBed(location?: MetadataLocation) {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-admin-'))
  let now = Date.parse('2026-11-21T10:00:00Z')
  const clock = () => now
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })

  const read = readConfig({ WHARDEN_DATA: directory, WHARDEN_HTTPS_PORT: 'off', WHARDEN_METRICS_PORT: 'off' })
  const seals = await loadSealKeys({
    path: join(directory, 'seal.key'),
    configured: undefined,
    previous: undefined,
  })
  if (read.type === 'error' || seals.type === 'error') throw new Error('the bed is not made')
  const config = read.value
  const store = await openMetadataStore(location ?? { type: 'sqlite', file: join(directory, 'wharden.db') }, {
    now: clock,
  })
  const blobs = await openFilesystemBlobStore({ directory: config.blobDirectory, minimumFreeBytes: 0 })
  const generation = createGeneration(store.changes)
  const recorder = createRecorder(store, log)
  const rows = signingKeyRows(store)
  const keys = async <Family extends TokenFamily>(family: Family) =>
    openSigningKeys({ rows, seals: seals.value, family, schedule: usualSchedule(3_600) }, now)
  const sites = createSites({ host: config.host, origins: [], httpPort: 5000, httpsPort: undefined })
  const house: House = {
    config,
    store,
    blobs,
    identity: createIdentity(config.host, {
      access: await keys('access'),
      refresh: await keys('refresh'),
      management: await keys('management'),
    }),
    caches: createCaches(store, generation),
    generation,
    decisionIds: createDecisionIds(randomBytes(32)),
    recorder,
    strangerPulls: createMemoryPullCounts(),
    sites: () => sites,
    stopping: new AbortController().signal,
    running: createRunning(),
    clock,
    log,
  }
  // The bed stands behind a proxy, as far as it knows: that is how a test says where a request comes from.
  const trustedProxies = [parseCidr('127.0.0.0/8')].filter((range) => range !== undefined)
  const http = createHttp(
    createAdmission({ log, clock, sites: house.sites, trustedProxies, onEnd: () => {} }),
  )
  await http.register(adminFace(house))
  await http.register(setupFace(house))
  await http.listen({ host: '127.0.0.1', port: 0 })
  const [address] = http.addresses()
  const port = typeof address === 'object' ? address.port : undefined
  const agent = new Agent({ keepAlive: true })

  async function send(
    method: string,
    path: string,
    { body, as, headers = {}, from = '198.51.100.7' }: Sent = {},
  ): Promise<Answer> {
    const json = body !== undefined && typeof body !== 'string'
    const written = json ? JSON.stringify(body) : body
    const sending = request({
      port,
      method,
      path,
      agent,
      headers: {
        host: 'localhost:5000',
        'x-forwarded-for': from,
        ...(json && { 'content-type': 'application/json' }),
        // Node says no length with DELETE, and without one there is no body.
        ...(written !== undefined && { 'content-length': Buffer.byteLength(written) }),
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...headers,
      },
    })
    sending.end(written)
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    return answerOf(response)
  }

  /** An operation of the API by its method and its path below /api/v1. */
  const call = (method: string, path: string, sent?: Sent): Promise<Answer> =>
    send(method, `${BASE_PATH}${path}`, sent)

  /** As `call`, for what a test needs to succeed before it begins. */
  async function must(method: string, path: string, sent?: Sent): Promise<Answer['body']> {
    const answer = await call(method, path, sent)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }

  /** The first administrator, `root`, and their organization. @returns the session's secret */
  async function setUp(organization = 'acme'): Promise<string> {
    const link = await ensureSetupLink(house)
    if (link.type !== 'waiting') throw new Error('set up already')
    const body = { secret: link.secret.reveal(), user: 'root', password: PASSWORD, organization }
    return (await must('POST', '/setup', { body })).session.secret
  }

  /** A user, made by an administrator, signed in. @returns the session's secret */
  async function person(
    name: string,
    administrator: string,
    membership?: { organization: string; role: string },
  ): Promise<string> {
    await must('POST', '/users', { as: administrator, body: { name, password: PASSWORD } })
    if (membership !== undefined) {
      const path = `/organizations/${membership.organization}/members/${name}`
      await must('PUT', path, { as: administrator, body: { role: membership.role } })
    }
    return (await must('POST', '/sessions', { body: { user: name, password: PASSWORD } })).secret
  }

  async function close(): Promise<void> {
    agent.destroy()
    await http.close()
    await recorder.close()
    generation.close()
    await blobs.close()
    await store.close()
    await rm(directory, { recursive: true, force: true })
  }

  return {
    house,
    directory,
    send,
    call,
    must,
    setUp,
    person,
    close,
    password: PASSWORD,
    /** Everything the server logged. */
    logged: () => lines.join(''),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response
  const written = await text(response)
  const json = headers['content-type']?.startsWith('application/json') === true
  return { status, headers, text: written, body: json ? JSON.parse(written) : undefined }
}
