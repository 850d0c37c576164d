/** Clients whose images share layers, who mount, delete and leave halves behind, in a registry that collects all the time. */
import { randomBytes } from 'node:crypto'
import {
  content,
  image,
  index,
  OCI_INDEX,
  OCI_MANIFEST,
  type Content,
  type Document,
} from '../../packages/server/test/images.ts'
import type { Login } from '../../packages/server/test/client.ts'
import type { KeptImage, Ledger } from '../faults/ledger.ts'
import { Interrupted, type By, type StubbornClient } from '../faults/stubborn-client.ts'
import { uploadStubbornly } from '../faults/upload.ts'
import type { Random } from '../support/random.ts'

export type Churner = {
  readonly client: StubbornClient
  readonly ledger: Ledger
  readonly random: Random
  readonly repository: string
  /** Another one's, to mount from. */
  readonly neighbour: string
  readonly writer: Login
  /** The same few for everybody, so that each is pushed, needed, dropped and pushed again. */
  readonly layers: readonly Content[]
}

export async function churnOnce(churner: Churner): Promise<void> {
  const dice = churner.random.below(100)
  const act = dice < 50 ? push : dice < 85 ? remove : dice < 95 ? leaveHalf : pushIndex
  try {
    await act(churner)
  } catch (problem) {
    if (!(problem instanceof Interrupted)) throw problem
  }
}

/** As clients push: what is said to be there is not sent, and what is found missing after all is. */
async function push(churner: Churner): Promise<void> {
  const { ledger, random, layers, repository } = churner
  const config = content(JSON.stringify({ os: 'linux', id: randomBytes(8).toString('hex') }))
  const shared = layers.filter(() => random.percent(40))
  const blobs = [config, ...shared]
  const manifest = image({ config, layers: shared })
  const kept: KeptImage = {
    repository,
    digest: manifest.digest,
    blobs: blobs.map(({ digest }) => digest),
    state: 'asked',
  }
  ledger.images.push(kept)
  for (let tries = 0; tries < 200; tries += 1) {
    for (const blob of blobs) await provide(churner, blob)
    if (await putManifest(churner, manifest, OCI_MANIFEST)) {
      kept.state = 'there'
      ledger.acknowledged += 1
      return
    }
  }
  throw new Error('a manifest was refused 200 times, each time right after its blobs had been sent')
}

async function provide(churner: Churner, blob: Content): Promise<void> {
  const { client, random, repository, neighbour } = churner
  const by = writing(churner)
  const head = await client.again('HEAD', `/v2/${repository}/blobs/${blob.digest}`, { by })
  if (head.status === 200) return
  if (head.status !== 404) throw new Error(`blob HEAD: ${head.status}`)
  if (random.percent(50)) {
    const query = `mount=${blob.digest}&from=${neighbour}`
    const mounted = await client.once('POST', `/v2/${repository}/blobs/uploads/?${query}`, { by })
    if (mounted.status === 201) return
    if (mounted.status !== 202) throw new Error(`mount: ${mounted.status} ${mounted.text}`)
  }
  await uploadStubbornly(client, repository, by, blob)
}

async function putManifest(churner: Churner, manifest: Document, type: string): Promise<boolean> {
  const path = `/v2/${churner.repository}/manifests/${manifest.digest}`
  const headers = { 'content-type': type }
  const put = await churner.client.once('PUT', path, { by: writing(churner), headers, body: manifest.bytes })
  if (put.status === 201) return true
  if (put.status === 404 && put.text.includes('MANIFEST_BLOB_UNKNOWN')) return false
  throw new Error(`manifest PUT: ${put.status} ${put.text}`)
}

async function pushIndex(churner: Churner): Promise<void> {
  const { ledger, random, repository } = churner
  const child = random.of(
    ledger.images.filter((one) => one.repository === repository && one.state === 'there'),
  )
  if (child === undefined) return
  const document = index(
    [{ digest: child.digest, bytes: Buffer.alloc(2), mediaType: OCI_MANIFEST }],
    OCI_INDEX,
    {
      annotations: { id: randomBytes(8).toString('hex') },
    },
  )
  await putManifest(churner, document, OCI_INDEX)
}

async function remove(churner: Churner): Promise<void> {
  const { client, ledger, random, repository } = churner
  const kept = random.of(
    ledger.images.filter((one) => one.repository === repository && one.state === 'there'),
  )
  if (kept === undefined) return
  kept.state = 'leaving'
  const answer = await client.once('DELETE', `/v2/${repository}/manifests/${kept.digest}`, {
    by: writing(churner),
  })
  if (answer.status !== 202) throw new Error(`manifest DELETE: ${answer.status} ${answer.text}`)
  kept.state = 'gone'
  ledger.acknowledged += 1
}

/** Blobs no manifest will ever name. */
async function leaveHalf(churner: Churner): Promise<void> {
  for (let count = 0; count < 3; count += 1)
    await uploadStubbornly(churner.client, churner.repository, writing(churner), content(randomBytes(64)))
}

function writing({ writer, repository, neighbour }: Churner): By {
  const rights = (name: string, actions: string) => `repository:${name}:${actions}`
  return { login: writer, scope: `${rights(repository, 'pull,push,delete')} ${rights(neighbour, 'pull')}` }
}
