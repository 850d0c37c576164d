import { DESCRIPTOR_KEYS } from './descriptor.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import type { ManifestProblem } from './manifest-problem.ts'

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

type Names = { readonly exact: ReadonlySet<string>; readonly alike: RegExp }

const MANIFEST_NAMES = namesOf(MANIFEST_KEYS)
const DESCRIPTOR_NAMES = namesOf(DESCRIPTOR_KEYS)

// `iu` folds case as Go's decoder does, by Unicode's simple folding: `layerſ` and the Kelvin sign are alike too.
// https://pkg.go.dev/encoding/json#Unmarshal
function namesOf(keys: readonly string[]): Names {
  return { exact: new Set(keys), alike: new RegExp(`^(?:${keys.join('|')})$`, 'iu') }
}

function lookAlike(object: JsonObject, { exact, alike }: Names): string | undefined {
  return Object.keys(object).find((key) => alike.test(key) && !exact.has(key))
}
