import type { Brand } from './brand.ts'

/** `sha256:<64 lower-case hex>` or `sha512:<128 lower-case hex>`. */
export type Digest = Brand<string, 'Digest'>

export type DigestAlgorithm = 'sha256' | 'sha512'

// The two algorithms the specification registers with a MUST and a MAY. Upper-case hex is refused: it would
// give one content two names. https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
// Told apart by length, as an expression without counts matches twice as fast.
const SHA256 = { length: 71, pattern: /^sha256:[0-9a-f]+$/ } as const
const SHA512 = { length: 135, pattern: /^sha512:[0-9a-f]+$/ } as const

const PREFIX_LENGTH = 'sha256:'.length

/** Reads a digest; `undefined` when the algorithm is unknown or the hex is not exactly as long as it makes it. */
export function parseDigest(text: string): Digest | undefined {
  const { length, pattern } = text.length === SHA512.length ? SHA512 : SHA256
  return text.length === length && pattern.test(text) ? (text as Digest) : undefined
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512') ? 'sha512' : 'sha256'
}

/** The part after the colon. */
export function digestHex(digest: Digest): string {
  return digest.slice(PREFIX_LENGTH)
}
