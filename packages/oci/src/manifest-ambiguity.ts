import { DESCRIPTOR_KEYS } from './descriptor.ts'
import type { ManifestProblem } from './manifest-problem.ts'

/** A JSON object of which nothing else is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What only the other kind of manifest may have. */
const FOREIGN_KEYS = { image: ['manifests'], index: ['config', 'layers'] } as const

const MANIFEST_KEYS: readonly string[] = [
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'subject',
  'annotations',
  'fsLayers',
]

/**
 * Finds what would let two clients read one document as two different images: parts of both kinds of manifest
 * (CVE-2021-41190, https://github.com/distribution/distribution/security/advisories/GHSA-qq97-vm5h-rrhg), or a
 * key that is one of the specification's but for its case: Go's decoder takes `Layers` for `layers`, others don't.
 */
export function findAmbiguity(document: JsonObject, type: 'image' | 'index'): ManifestProblem | undefined {
  const other = FOREIGN_KEYS[type].find((key) => Object.hasOwn(document, key))
  if (other !== undefined) return { type: 'ambiguous', key: other, reason: 'other-kind' }
  const key = lookAlike(document, MANIFEST_NAMES) ?? firstLookAlike(descriptorsOf(document))
  return key === undefined ? undefined : { type: 'ambiguous', key, reason: 'look-alike' }
}

function descriptorsOf({ config, subject, layers, manifests }: JsonObject): readonly unknown[] {
  return [
    config,
    subject,
    ...(Array.isArray(layers) ? layers : []),
    ...(Array.isArray(manifests) ? manifests : []),
  ]
}

function firstLookAlike(descriptors: readonly unknown[]): string | undefined {
  for (const descriptor of descriptors) {
    const key = isJsonObject(descriptor) ? lookAlike(descriptor, DESCRIPTOR_NAMES) : undefined
    if (key !== undefined) return key
  }
  return undefined
}

// The key by its folded form, so that both questions (is it exact? is it alike?) are one look-up each.
type Names = { readonly exact: ReadonlySet<string>; readonly folded: ReadonlySet<string> }

const namesOf = (keys: readonly string[]): Names => ({
  exact: new Set(keys),
  folded: new Set(keys.map(fold)),
})

const MANIFEST_NAMES = namesOf(MANIFEST_KEYS)
const DESCRIPTOR_NAMES = namesOf(DESCRIPTOR_KEYS)

function lookAlike(object: JsonObject, names: Names): string | undefined {
  return Object.keys(object).find((key) => !names.exact.has(key) && names.folded.has(fold(key)))
}

/** As Go folds: upper-case first turns `ſ` into `S`, then lower-case turns the Kelvin sign into `k`. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase()
}
