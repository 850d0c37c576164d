/**
 * An image of one small file, made with no other program's help, in every form that a client may begin with:
 *
 *     image.tar     a file system, for `docker import`
 *     image/        a Dockerfile and the file it copies, for `buildah bud`
 *     image-oci/    an OCI image layout, for skopeo: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Bytes under the name they have in every registry. */
export type Blob = { readonly digest: string; readonly bytes: Buffer }

export type TinyImage = {
  readonly manifest: Blob
  /** Configuration and layer. */
  readonly blobs: readonly Blob[]
}

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const FILE = 'hello.txt'

export function makeTinyImage(text: string): TinyImage {
  const layer = blob(tarOf(FILE, Buffer.from(text)))
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: [`/${FILE}`] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
  })
  return { manifest, blobs: [config, layer] }
}

/** Writes the image into a directory, in each form. */
export async function writeTinyImage(directory: string, text: string, image: TinyImage): Promise<void> {
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor(MANIFEST_TYPE, image.manifest), annotations }],
  }
  const files: readonly (readonly [string, string | Buffer])[] = [
    ['image.tar', tarOf(FILE, Buffer.from(text))],
    [`image/${FILE}`, text],
    ['image/Dockerfile', `FROM scratch\nCOPY ${FILE} /${FILE}\nCMD ["/${FILE}"]\n`],
    ['image-oci/oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })],
    ['image-oci/index.json', JSON.stringify(index)],
    ...[image.manifest, ...image.blobs].map(
      ({ digest, bytes }) => [`image-oci/blobs/${digest.replace(':', '/')}`, bytes] as const,
    ),
  ]
  for (const [name, bytes] of files) {
    const path = join(directory, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function blob(bytes: Buffer): Blob {
  return { digest: digestOf(bytes), bytes }
}

function json(value: object): Blob {
  return blob(Buffer.from(JSON.stringify(value)))
}

function descriptor(mediaType: string, { digest, bytes }: Blob): object {
  return { mediaType, digest, size: bytes.length }
}

const BLOCK = 512

/** A tar archive of one file: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar). */
function tarOf(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100)
  header.write(octal(0o644, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(bytes.length, 12), 124)
  header.write(octal(0, 12), 136)
  header.write(' '.repeat(8), 148) // the checksum is counted with blanks in its place
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\x00 `, 148)
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)
  return Buffer.concat([header, bytes, padding, Buffer.alloc(2 * BLOCK)])
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\x00`
}
