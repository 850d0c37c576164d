import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tar } from './tar.ts'
import type { World } from './world.ts'

/** One image in every form that a client may want to begin with. */
export type TinyImage = {
  /** Unique to this image: pushing it uploads bytes that no registry has yet. */
  readonly marker: string
  /** A build context: a Dockerfile and the file it copies. */
  readonly context: string
  /** An OCI image layout, tagged `latest`: https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
  readonly layout: string
  /** The same layout as one tar file. */
  readonly archive: string
  /** Of the layout's manifest. Clients that build from `context` make another one. */
  readonly manifestDigest: string
  readonly layerDigest: string
}

/** Makes an image of one small file, with no other program's help. */
export function makeTinyImage(world: World): TinyImage {
  const marker = randomUUID()
  const directory = world.path(`image-${marker}`)
  const context = join(directory, 'context')
  mkdirSync(context, { recursive: true })
  writeFileSync(join(context, 'marker'), marker)
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY marker /marker\nCMD ["/marker"]\n')

  const layer = tar([{ name: 'marker', bytes: Buffer.from(marker) }])
  const files = layoutFiles(layer)
  const layout = join(directory, 'layout')
  for (const { name, bytes } of files) {
    mkdirSync(join(layout, name, '..'), { recursive: true })
    writeFileSync(join(layout, name), bytes)
  }
  const archive = join(directory, 'layout.tar')
  writeFileSync(archive, tar(files))
  const manifestDigest = `sha256:${files.at(-1)?.name.split('/').at(-1)}`
  return { marker, context, layout, archive, manifestDigest, layerDigest: digest(layer) }
}

type File = { readonly name: string; readonly bytes: Buffer }

/** The manifest's blob comes last. */
function layoutFiles(layer: Buffer): readonly File[] {
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/marker'] },
    rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    history: [{ created_by: 'tiny-image.ts' }],
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
  })
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' }
  const index = json({ schemaVersion: 2, manifests: [{ ...descriptor(MANIFEST, manifest), annotations }] })
  return [
    { name: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', bytes: index },
    ...[layer, config, manifest].map((bytes) => ({ name: `blobs/sha256/${digest(bytes).slice(7)}`, bytes })),
  ]
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

function descriptor(mediaType: string, bytes: Buffer): object {
  return { mediaType, digest: digest(bytes), size: bytes.length }
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}
