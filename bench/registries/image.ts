import { hash, randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Registry } from './registry.ts'

/** What is pulled: 12 layers in the manifest, as real images have them, of which two are there to be fetched. */
export type Image = {
  readonly tag: string
  readonly config: Blob
  readonly small: Blob
  readonly large: Blob
  readonly manifest: Buffer
}

type Blob = { readonly digest: string; readonly bytes: Buffer }

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const MEBIBYTE = 1024 * 1024

export function makeImage(largeBytes: number): Image {
  const config = blobOf(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: {} })))
  const small = blobOf(randomBytes(1024))
  const large = blobOf(Buffer.alloc(largeBytes, randomBytes(MEBIBYTE)))
  const layers = [large, ...Array.from({ length: 11 }, () => small)].map(({ digest, bytes }) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest,
    size: bytes.length,
  }))
  const document = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: config.digest,
      size: config.bytes.length,
    },
    layers,
  }
  return { tag: 'v1', small, large, manifest: Buffer.from(JSON.stringify(document)), config }
}

function blobOf(bytes: Buffer): Blob {
  return { digest: `sha256:${hash('sha256', bytes)}`, bytes }
}

/** Pushes all of it. */
export async function pushImage(registry: Registry, image: Image): Promise<void> {
  const token = await registry.token(registry.plain)
  const { config, small, large, manifest, tag } = image
  for (const blob of [config, small, large]) await pushBlob(registry, token, blob)
  await send(registry, token, 'PUT', `/v2/${registry.repository}/manifests/${tag}`, manifest, MANIFEST_TYPE)
}

async function pushBlob(registry: Registry, token: string, { digest, bytes }: Blob): Promise<void> {
  const started = await send(registry, token, 'POST', `/v2/${registry.repository}/blobs/uploads/`)
  const { pathname, searchParams } = new URL(started.headers.get('location') ?? '', 'http://registry')
  searchParams.set('digest', digest)
  await send(
    registry,
    token,
    'PUT',
    `${pathname}?${searchParams.toString()}`,
    bytes,
    'application/octet-stream',
  )
}

async function send(
  { plain }: Registry,
  token: string,
  method: string,
  path: string,
  body?: Buffer,
  type = 'application/json',
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type }
  const response = await fetch(`http://127.0.0.1:${plain.port}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: new Uint8Array(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  await response.arrayBuffer()
  return response
}

/** Removes what the push rows left, so that memory (the data is on tmpfs) isn't filled by it. The image itself stays. */
export async function sweepPushed(
  { blobs }: Registry,
  before: ReadonlySet<string>,
  least: number,
): Promise<void> {
  for (const path of await largeFiles(blobs, least)) if (!before.has(path)) await rm(path, { force: true })
}

export async function largeFiles(directory: string, least: number): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(
    files.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return files.filter((_, index) => (sizes[index] ?? 0) >= least)
}
