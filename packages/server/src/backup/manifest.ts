import { hash } from 'node:crypto'
import { z } from 'zod'
import { error, ok, type Result } from '@wharden/oci'

/** The form of the directory, counted up when an older program could not read it any more. */
export const FORMAT = 1

const HEX = z.string().regex(/^[0-9a-f]{64}$/)
const COUNT = z.int().nonnegative()

const manifest = z.strictObject({
  product: z.literal('wharden'),
  format: z.literal(FORMAT),
  /** Of the program that took it. */
  version: z.string(),
  takenAt: z.iso.datetime(),
  /** Tells installations apart. */
  installation: z.string(),
  /** The migrations its rows are of, in order. */
  schema: z.array(z.string()).min(1),
  /** The folder of the tables. */
  metadata: z.string().regex(/^metadata\/[0-9a-z-]+$/),
  /** In the order to load them. Digests are SHA-256 of the file. */
  tables: z.array(z.strictObject({ name: z.string().regex(/^[a-z_]+$/), rows: COUNT, digest: HEX })),
  blobs: z.strictObject({ count: COUNT, bytes: COUNT }),
  /** What `wharden audit verify` would have said of each chain that is not intact. */
  audit: z.strictObject({ chains: COUNT, events: COUNT, broken: z.array(z.string()) }),
  /** Which seal keys sealed what is sealed in the rows. The keys themselves are not here. */
  sealKeys: z.array(z.string()),
  /** The built-in certificate authorities with their keys, sealed: by the name of their folder. */
  authorities: z.record(z.string(), z.string()),
})

/** What a backup is of. All else in its directory is named by it. */
export type Manifest = z.infer<typeof manifest>

/** Every part of the backup hangs on this one, by digest; whatever order its fields are in. */
export function manifestDigest(content: Manifest): string {
  return hash('sha256', JSON.stringify(manifest.parse(content)))
}

/**
 * As a file.
 * @param seal of its digest: who has the seal key knows that nobody without it wrote or altered any of the backup
 */
export function formatManifest(content: Manifest, seal: string): string {
  return `${JSON.stringify({ manifest: manifest.parse(content), digest: manifestDigest(content), seal }, undefined, 2)}\n`
}

const file = z.strictObject({ manifest, digest: HEX, seal: z.string() })

export type ReadManifest = { readonly manifest: Manifest; readonly digest: string; readonly seal: string }

/** @returns the manifest, or a sentence that says why this is none */
export function parseManifest(text: string): Result<ReadManifest, string> {
  const json = jsonOf(text)
  const format = formatOf(json)
  if (typeof format === 'number' && format > FORMAT)
    return error('it was taken by a newer version of Wharden: use that one, or a newer one')
  const read = file.safeParse(json)
  if (!read.success) return error('it is damaged: it is not a manifest of a backup')
  // In its own form to the last byte, so that no flipped one goes unnoticed.
  if (
    manifestDigest(read.data.manifest) !== read.data.digest ||
    formatManifest(read.data.manifest, read.data.seal) !== text
  )
    return error('it is damaged: it does not have the digest it names')
  return ok(read.data)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function formatOf(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('manifest' in json)) return undefined
  const { manifest: inner } = json
  return typeof inner === 'object' && inner !== null && 'format' in inner ? inner.format : undefined
}
