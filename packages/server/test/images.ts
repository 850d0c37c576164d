/** Bytes to push: blobs and manifests of every kind the specifications know, and how to push them. */
import { createHash, randomBytes } from 'node:crypto'
import type { Answer, Client, Sent } from './client.ts'

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json'
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar'

/** Some bytes and what they are called. */
export type Content = { readonly bytes: Buffer; readonly digest: string }
export type Document = Content & { readonly mediaType: string }

export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function content(bytes: Buffer | string, algorithm: 'sha256' | 'sha512' = 'sha256'): Content {
  const buffer = Buffer.from(bytes)
  return { bytes: buffer, digest: digestOf(buffer, algorithm) }
}

/** Bytes nobody has seen before. */
export function newBlob(size = 64, algorithm: 'sha256' | 'sha512' = 'sha256'): Content {
  return content(randomBytes(size), algorithm)
}

export function descriptor({ bytes, digest }: Content, mediaType: string) {
  return { mediaType, digest, size: bytes.length }
}

/** Any JSON, to be sent as `mediaType`. */
export function document(value: object, mediaType: string): Document {
  return { ...content(JSON.stringify(value)), mediaType }
}

export type ImageParts = {
  readonly config?: Content
  readonly layers?: readonly Content[]
  readonly mediaType?: string
  readonly configType?: string
  readonly layerType?: string
  readonly extra?: object
}

/** An image's manifest; `extra` goes beside the rest: `subject`, `artifactType`, `annotations`. */
export function image({
  config = content('{}'),
  layers = [],
  mediaType = OCI_MANIFEST,
  configType = OCI_CONFIG,
  layerType = OCI_LAYER,
  extra = {},
}: ImageParts = {}): Document {
  return document(
    {
      schemaVersion: 2,
      mediaType,
      config: descriptor(config, configType),
      layers: layers.map((layer) => descriptor(layer, layerType)),
      ...extra,
    },
    mediaType,
  )
}

export function index(manifests: readonly Document[], mediaType = OCI_INDEX, extra: object = {}): Document {
  return document(
    {
      schemaVersion: 2,
      mediaType,
      manifests: manifests.map((one) => descriptor(one, one.mediaType)),
      ...extra,
    },
    mediaType,
  )
}

/** POST, then one PUT. */
export async function pushBlob(
  { send }: Pick<Client, 'send'>,
  repository: string,
  { bytes, digest }: Content,
  sent: Sent = {},
): Promise<Answer> {
  const opened = await send('POST', `/v2/${repository}/blobs/uploads/`, sent)
  if (opened.status !== 202) return opened
  return send('PUT', `${opened.headers.location}?digest=${digest}`, { ...sent, body: bytes })
}

export function putManifest(
  { send }: Pick<Client, 'send'>,
  repository: string,
  { bytes, mediaType, digest }: Document,
  sent: Sent & { readonly tag?: string } = {},
): Promise<Answer> {
  const { tag = digest, headers, ...rest } = sent
  return send('PUT', `/v2/${repository}/manifests/${tag}`, {
    ...rest,
    headers: { 'content-type': mediaType, ...headers },
    body: bytes,
  })
}

/** An image with a config and a layer of its own, whole, under a tag. Throws unless it could be pushed. */
export async function pushImage(
  client: Pick<Client, 'send'>,
  repository: string,
  sent: Sent & { readonly tag?: string } = {},
): Promise<{ readonly manifest: Document; readonly layer: Content; readonly config: Content }> {
  const { tag, ...rest } = sent
  const config = content(
    JSON.stringify({ architecture: 'amd64', os: 'linux', id: randomBytes(8).toString('hex') }),
  )
  const layer = newBlob(200)
  for (const blob of [config, layer]) demand(await pushBlob(client, repository, blob, rest), 201)
  const manifest = image({ config, layers: [layer] })
  demand(await putManifest(client, repository, manifest, { ...rest, ...(tag !== undefined && { tag }) }), 201)
  return { manifest, layer, config }
}

/** For what a test needs to succeed before it begins. */
export function demand(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer
  throw new Error(`${answer.status} instead of ${status}: ${answer.reason} ${answer.text}`)
}
