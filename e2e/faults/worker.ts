/** What a worker does while servers die under it: everything the house promises to keep, written into a ledger. */
import { randomBytes } from 'node:crypto'
import { content, image, OCI_MANIFEST, type Document } from '../../packages/server/test/images.ts'
import type { Login } from '../../packages/server/test/client.ts'
import type { Random } from '../support/random.ts'
import type { KeptImage, KeptTag, Ledger } from './ledger.ts'
import { Interrupted, type By, type StubbornClient } from './stubborn-client.ts'
import { uploadStubbornly } from './upload.ts'

export type Worker = {
  readonly client: StubbornClient
  readonly ledger: Ledger
  readonly random: Random
  readonly organization: string
  readonly repository: string
  readonly writer: Login
  /** Of the administrator's session. */
  readonly bearer: string
  /** This worker is its only writer. */
  readonly tag: KeptTag
}

/** One act. What is interrupted stays in the ledger as asked for. */
export async function actOnce(worker: Worker): Promise<void> {
  const dice = worker.random.below(100)
  const act = dice < 45 ? push : dice < 60 ? removeImage : dice < 80 ? giveToken : takeToken
  try {
    await act(worker)
  } catch (problem) {
    if (problem instanceof Interrupted) return
    throw problem
  }
}

async function push(worker: Worker): Promise<void> {
  const { client, ledger, random, repository } = worker
  const by = writing(worker)
  const config = content(JSON.stringify({ os: 'linux', id: randomBytes(8).toString('hex') }))
  const layer = content(randomBytes(1 + random.below(600 * 1024)))
  for (const blob of [config, layer]) await uploadStubbornly(client, repository, by, blob)
  const manifest = image({ config, layers: [layer] })
  const blobs = [config.digest, layer.digest]
  const kept: KeptImage = { repository, digest: manifest.digest, blobs, state: 'asked' }
  ledger.images.push(kept)
  await putTag(worker, by, manifest)
  kept.state = 'there'
  ledger.acknowledged += 1
}

async function putTag({ client, tag, repository }: Worker, by: By, manifest: Document): Promise<void> {
  tag.asked = [...tag.asked, manifest.digest]
  const headers = { 'content-type': OCI_MANIFEST }
  const path = `/v2/${repository}/manifests/${tag.tag}`
  const put = await client.once('PUT', path, { by, headers, body: manifest.bytes })
  if (put.status !== 201) throw new Error(`manifest PUT: ${put.status} ${put.text}`)
  tag.acknowledged = manifest.digest
  tag.asked = []
}

/** Not the one that the tag shows: what a tag should show must stay. */
async function removeImage(worker: Worker): Promise<void> {
  const { client, ledger, random, repository, tag } = worker
  const shown = [tag.acknowledged, ...tag.asked]
  const kept = random.of(
    ledger.images.filter(
      (one) => one.repository === repository && one.state === 'there' && !shown.includes(one.digest),
    ),
  )
  if (kept === undefined) return
  const by = writing(worker)
  kept.state = 'leaving'
  const answer = await client.once('DELETE', `/v2/${repository}/manifests/${kept.digest}`, { by })
  if (answer.status !== 202) throw new Error(`manifest DELETE: ${answer.status} ${answer.text}`)
  kept.state = 'gone'
  ledger.acknowledged += 1
}

async function giveToken({ client, ledger, bearer, organization }: Worker): Promise<void> {
  const created = await client.once('POST', '/api/v1/tokens', {
    token: bearer,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kind: 'oat',
      organization,
      label: randomBytes(8).toString('hex'),
      repositories: [{ repository: '*', permissions: ['scope-image-pull'] }],
    }),
  })
  if (created.status !== 201) throw new Error(`token POST: ${created.status} ${created.text}`)
  const { token, secrets, login } = created.json
  const known = { name: login.username, secret: secrets[0].value }
  ledger.tokens.push({ id: token.id, login: known, state: 'alive' })
  ledger.acknowledged += 1
}

async function takeToken({ client, ledger, random, bearer }: Worker): Promise<void> {
  const kept = random.of(ledger.tokens.filter(({ state }) => state === 'alive'))
  if (kept === undefined) return
  kept.state = 'leaving'
  const answer = await client.once('DELETE', `/api/v1/tokens/${kept.id}`, { token: bearer })
  if (answer.status !== 204) throw new Error(`token DELETE: ${answer.status} ${answer.text}`)
  kept.state = 'dead'
  ledger.acknowledged += 1
}

function writing({ writer, repository }: Worker): By {
  return { login: writer, scope: `repository:${repository}:pull,push,delete` }
}
