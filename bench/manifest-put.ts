/**
 * What the indexes that Azure's lists go by (tags and manifests in the order of time) cost a push: manifests put under tags of
 * their own, on two servers in turn, of which one lacks the indexes.
 *
 *   npm exec -- node bench/manifest-put.ts [manifests a turn] [rounds]        default: 2000 7
 */
import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { cpuSeconds, treeOf } from '../e2e/support/process-tree.ts'
import { launch, startWharden } from './registries/wharden.ts'
import { spreadOf } from './report/results.ts'
import { spreadText } from './report/print.ts'
import { askForToken } from './support/ask-for-token.ts'
import { makeCertificate } from './support/make-certificate.ts'

const INDEXES = ['tag_updated', 'manifest_pushed']
const AT_ONCE = 8
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = '{}'
const [manifests = 2_000, rounds = 7] = process.argv.slice(2).map(Number)

const directory = await mkdtemp('/dev/shm/wharden-put-')
await using stack = new AsyncDisposableStack()
stack.defer(() => rm(directory, { recursive: true, force: true }))
const certificate = await makeCertificate(directory)
const agent = stack.adopt(new Agent({ keepAlive: true, maxSockets: AT_ONCE }), (open) => open.destroy())
const [having, lacking] = [await start('with', []), await start('without', INDEXES)]
const ratios: number[] = []
const milliseconds: { readonly [which: string]: number[] } = { with: [], without: [] }
// Round 0 warms up, and isn't taken down.
for (let round = 0; round <= rounds; round += 1) {
  const [those, these] = [await having(round), await lacking(round)]
  if (round === 0) continue
  ratios.push(those / these)
  milliseconds['with']?.push(those)
  milliseconds['without']?.push(these)
}
for (const [which, spent] of Object.entries(milliseconds))
  console.log(`${which} the indexes: ${spreadText(spreadOf(spent))} ms of CPU for one manifest`)
console.log(`${spreadText(spreadOf(ratios))} times as much`)

/** A server without these indexes, and what a turn of its costs: milliseconds of CPU for each manifest. */
async function start(name: string, without: readonly string[]): Promise<(round: number) => Promise<number>> {
  const place = join(directory, name)
  const { credentials, repository, close } = await startWharden({ directory: place, certificate })
  await close()
  const database = new DatabaseSync(join(place, 'wharden.db'))
  for (const index of without) database.exec(`DROP INDEX ${index}`)
  database.close()
  const { launched, ports } = await launch({ directory: place, certificate })
  stack.defer(async () => void (await launched.daemon.close()))
  const door = { port: ports.plain, tls: false }
  const scope = new URLSearchParams({ service: '', scope: `repository:${repository}:pull,push` })
  const token = await askForToken(door, credentials, scope)
  const put = (method: string, path: string, type: string, body: string) =>
    send({ port: ports.plain, method, path: `/v2/${repository}/${path}`, token, type, body })
  await put('POST', `blobs/uploads/?digest=${digestOf(CONFIG)}`, 'application/octet-stream', CONFIG)
  return async (round) => {
    const tree = treeOf([launched.daemon.pid])
    const before = cpuSeconds(tree)
    let next = 0
    const work = async (): Promise<void> => {
      for (let number = next++; number < manifests; number = next++)
        await put('PUT', `manifests/r${round}-${number}`, IMAGE, manifestOf(`${round}-${number}`))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return ((cpuSeconds(tree) - before) * 1_000) / manifests
  }
}

function manifestOf(which: string): string {
  const config = {
    mediaType: 'application/vnd.oci.empty.v1+json',
    digest: digestOf(CONFIG),
    size: CONFIG.length,
  }
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: IMAGE,
    config,
    layers: [config],
    annotations: { which },
  })
}

function digestOf(text: string): string {
  return `sha256:${hash('sha256', text)}`
}

type Sent = {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly token: string
  readonly type: string
  readonly body: string
}

/** @throws unless it was made */
async function send({ port, method, path, token, type, body }: Sent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
  }
  request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0))
  })
    .on('error', reject)
    .end(body)
  const status = await promise
  if (status !== 201) throw new Error(`${method} ${path}: ${status}`)
}
