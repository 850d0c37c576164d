import type { Brand } from './brand.ts'

/**
 * The address part of an image reference: a host name, an IPv4 address or an IPv6 address in brackets, and
 * perhaps a port. Upper-case is allowed and kept, as docker does; which hosts are one and the same is policy.
 */
export type RegistryHost = Brand<string, 'RegistryHost'>

/** Longer than any DNS name with a port. distribution sets no limit; ours bounds what is matched and stored. */
export const REGISTRY_HOST_MAX_LENGTH = 260

// distribution's `domainAndPort`: https://github.com/distribution/reference/blob/v0.6.0/regexp.go
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[A-Fa-f0-9:]+\\])(?::[0-9]+)?$`)

/** Reads `host`, `host:port`, `127.0.0.1:5000` or `[::1]:5000`. */
export function parseRegistryHost(text: string): RegistryHost | undefined {
  return text.length <= REGISTRY_HOST_MAX_LENGTH && HOST.test(text) ? (text as RegistryHost) : undefined
}
