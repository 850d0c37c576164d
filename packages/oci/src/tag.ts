import type { Brand } from './brand.ts'

/** A tag: a word character, then up to 127 word characters, dots or dashes. Case matters. */
export type Tag = Brand<string, 'Tag'>

// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

export function parseTag(text: string): Tag | undefined {
  return TAG.test(text) ? (text as Tag) : undefined
}
