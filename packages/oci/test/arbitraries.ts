/** Values for the laws: each generator makes everything its grammar allows, edges included. */
import fc from 'fast-check'
import {
  parseDigest,
  parseRegistryHost,
  parseRepositoryName,
  parseTag,
  SCOPE_ACTIONS,
  type Digest,
  type ImageReference,
  type RegistryHost,
  type RepositoryName,
  type Scope,
  type Tag,
} from '../src/index.ts'

const of = (characters: string) => fc.constantFrom(...characters)
const text = (characters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: of(characters), minLength, maxLength })

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'
const LETTERS = LOWER + LOWER.toUpperCase()

/** What the parser made, where the generator knows that it parses. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the generator made something that does not parse')
  return value
}

export const digests: fc.Arbitrary<Digest> = fc
  .constantFrom(['sha256', 64] as const, ['sha512', 128] as const)
  .chain(([algorithm, length]) =>
    text('0123456789abcdef', length, length).map((hex) => `${algorithm}:${hex}`),
  )
  .map((digest) => known(parseDigest(digest)))

export const tags: fc.Arbitrary<Tag> = fc
  .tuple(of(`${LETTERS}_`), text(`${LETTERS}_.-`, 0, 127))
  .map(([first, rest]) => known(parseTag(first + rest)))

const components = fc
  .tuple(
    text(LOWER, 1, 12),
    fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), text(LOWER, 1, 8)), { maxLength: 3 }),
  )
  .map(([first, rest]) => first + rest.flat().join(''))

export const repositoryNames: fc.Arbitrary<RepositoryName> = fc
  .array(components, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'))
  .filter((name) => name.length <= 255)
  .map((name) => {
    const read = parseRepositoryName(name)
    return known(read.type === 'ok' ? read.value : undefined)
  })

const labels = fc.tuple(of(LETTERS), text(`${LETTERS}-`, 0, 8), of(LETTERS)).map((parts) => parts.join(''))
const hosts = fc.oneof(
  fc.array(labels, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
  fc.constantFrom('localhost', 'docker.io', 'index.docker.io', '127.0.0.1', 'library'),
  text('0123456789abcdefABCDEF:', 1, 39).map((address) => `[${address}]`),
)

export const registryHosts: fc.Arbitrary<RegistryHost> = fc
  .tuple(hosts, fc.option(fc.nat(99_999), { nil: undefined }))
  .map(([host, port]) => known(parseRegistryHost(port === undefined ? host : `${host}:${port}`)))

export const imageReferences: fc.Arbitrary<ImageReference> = fc
  .record(
    { domain: registryHosts, path: repositoryNames, tag: tags, digest: digests },
    { requiredKeys: ['domain', 'path'] },
  )
  .filter(isNormal)

/** As the parser would answer it: hosts that docker doesn't take for hosts, or writes otherwise, are never a domain. */
function isNormal({ domain, path }: ImageReference): boolean {
  if (domain === 'docker.io') return path.includes('/')
  const looksLikeHost = domain === 'localhost' || /[.:A-Z]/.test(domain)
  return looksLikeHost && domain !== 'index.docker.io'
}

const actions = fc
  .uniqueArray(fc.constantFrom(...SCOPE_ACTIONS), { minLength: 1 })
  .map((chosen) => SCOPE_ACTIONS.filter((action) => chosen.includes(action)))

export const scopes: fc.Arbitrary<Scope> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ type: fc.constant('repository'), name: repositoryNames, actions }) },
  { weight: 1, arbitrary: fc.constant({ type: 'registry', name: 'catalog', actions: ['*'] } as const) },
)

/** Any string at all, and strings of the characters our grammars treat specially. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 300 }),
  text('aA0:/@.-_[],"\\=;<> ()*%\n\u0000\u007f', 0, 60),
)
