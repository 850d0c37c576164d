import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent as PlainAgent, request as requestPlain, type RequestOptions } from 'node:http'
import { Agent as TlsAgent, request as requestTls } from 'node:https'
import { latenciesOf, type Done, type Door, type PushJob } from './job.ts'

/** Bytes that differ from push to push: at the end, so that the rest is hashed once. */
const TAIL = 16
const STEP = 1024 * 1024

type Common = { readonly body: Buffer; readonly hash: ReturnType<typeof createHash> }
const commons = new Map<number, Common>()

/** All of a blob but its end; made once for each size. */
function commonOf(bytes: number): Common {
  const known = commons.get(bytes)
  if (known !== undefined) return known
  const body = Buffer.alloc(bytes - TAIL, randomBytes(4_099))
  const made = { body, hash: createHash('sha256').update(body) }
  commons.set(bytes, made)
  return made
}

/** Pushes new blobs. @throws at the first answer that isn't a success */
export async function push(job: PushJob): Promise<Done> {
  const common = commonOf(job.bytes)
  const took: number[] = []
  const started = performance.now()
  do {
    await Promise.all(
      Array.from({ length: job.atOnce }, async () => {
        const before = performance.now()
        await pushOne(job, common)
        took.push(performance.now() - before)
      }),
    )
  } while (performance.now() - started < (job.milliseconds ?? 0))
  const milliseconds = performance.now() - started
  return {
    operations: took.length,
    bytes: took.length * job.bytes,
    milliseconds,
    latencies: latenciesOf(took),
  }
}

async function pushOne({ door, repository, token, chunk, bytes }: PushJob, common: Common): Promise<void> {
  const tail = randomBytes(TAIL)
  const digest = `sha256:${common.hash.copy().update(tail).digest('hex')}`
  const connection = new (door.tls ? TlsAgent : PlainAgent)({ keepAlive: true, maxSockets: 1 })
  const headers = { authorization: `Bearer ${token}` }
  const send = (method: string, path: string, more: object, slices: readonly Buffer[]) =>
    exchange(door, { method, path, headers: { ...headers, ...more }, agent: connection }, slices)
  try {
    let location = await send('POST', `/v2/${repository}/blobs/uploads/`, { 'content-length': 0 }, [])
    for (let at = 0; chunk !== undefined && at < bytes; at += chunk) {
      const part = partOf(common.body, tail, at, Math.min(at + chunk, bytes))
      const length = lengthOf(part)
      const range = { 'content-length': length, 'content-range': `${at}-${at + length - 1}` }
      location = await send('PATCH', location, { ...range, 'content-type': 'application/octet-stream' }, part)
    }
    const rest = chunk === undefined ? partOf(common.body, tail, 0, bytes) : []
    const path = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`
    await send(
      'PUT',
      path,
      { 'content-length': lengthOf(rest), 'content-type': 'application/octet-stream' },
      rest,
    )
  } finally {
    connection.destroy()
  }
}

function lengthOf(slices: readonly Buffer[]): number {
  return slices.reduce((sum, { length }) => sum + length, 0)
}

function partOf(body: Buffer, tail: Buffer, start: number, end: number): readonly Buffer[] {
  const slices: Buffer[] = []
  for (let at = start; at < Math.min(end, body.length); at += STEP)
    slices.push(body.subarray(at, Math.min(at + STEP, end, body.length)))
  return end > body.length ? [...slices, tail] : slices
}

/** @returns the path of `Location` */
async function exchange(door: Door, options: RequestOptions, slices: readonly Buffer[]): Promise<string> {
  const request = (door.tls ? requestTls : requestPlain)({
    host: '127.0.0.1',
    port: door.port,
    ...(door.tls && { rejectUnauthorized: false }),
    ...options,
  })
  const answered = once(request, 'response')
  answered.catch(() => undefined)
  for (const slice of slices)
    if (!request.write(slice)) await Promise.race([once(request, 'drain'), answered])
  request.end()
  const [response] = await answered
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  if (response.statusCode >= 300)
    throw new Error(`${options.method} ${options.path}: ${response.statusCode} ${text}`)
  const { pathname, search } = new URL(response.headers.location ?? '/', 'http://registry')
  return pathname + search
}
