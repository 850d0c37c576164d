import { error, ok, type RegistryHost, type Result } from '@wharden/oci'
import { hostAliases, parseCanonicalHost } from './canonical-host.ts'

/**
 * Which hosts a rule is about: `host` itself, `*.host` one level below it, `**.host` at any depth below it, or `**`,
 * every host. Without a port, at any port; Docker Hub by any of its addresses.
 */
export type HostPattern =
  | { readonly type: 'exact'; readonly host: string; readonly port: number | undefined }
  | {
      readonly type: 'below'
      readonly host: string
      readonly depth: 'one' | 'any'
      readonly port: number | undefined
    }
  | { readonly type: 'any' }

export type HostPatternProblem = 'url' | 'path' | 'wildcard' | 'host' | 'port' | 'address'

/** A host and its port, 443 unless it says another. `undefined`: the port isn't known (a name is being looked up). */
export type HostAndPort = { readonly host: string; readonly port: number | undefined }

/** Reads `quay.io`, `registry.example.com:5000`, `*.example.com`, `**.example.com` or `**`. */
export function parseHostPattern(text: string): Result<HostPattern, HostPatternProblem> {
  if (text === '**') return ok({ type: 'any' })
  if (text.includes('://')) return error('url')
  if (text.includes('/')) return error('path')
  const [, wildcard = '', rest = ''] = /^(\*\*\.|\*\.)?(.*)$/s.exec(text) ?? []
  if (rest.includes('*')) return error('wildcard')
  const port = /:(\d+)$/.exec(rest)?.[1]
  const named = parseCanonicalHost(port === undefined ? rest : rest.slice(0, -port.length - 1))
  if (named === undefined) return error('host')
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return error('port')
  const at = { host: named, port: port === undefined ? undefined : Number(port) }
  if (wildcard === '') return ok({ type: 'exact', ...at })
  if (isAddress(named)) return error('address')
  return ok({ type: 'below', depth: wildcard === '*.' ? 'one' : 'any', ...at })
}

/** One line for people. */
export function describeHostPatternProblem(problem: HostPatternProblem): string {
  switch (problem) {
    case 'url':
      return 'write the host alone, without `https://`'
    case 'path':
      return 'write the host alone, without a path: registry access knows hosts, image access knows repositories'
    case 'wildcard':
      return '`*` may only begin a pattern: `*.example.com` is one level, `**.example.com` any depth, `**` every host'
    case 'host':
      return 'use a host name or address, e.g. `quay.io`, `*.example.com` or `registry.example.com:5000`'
    case 'port':
      return 'use a port from 1 to 65535'
    case 'address':
      return 'nothing lies below an IP address: write it without `*`'
  }
}

export function formatHostPattern(pattern: HostPattern): string {
  if (pattern.type === 'any') return '**'
  const wildcard = pattern.type === 'exact' ? '' : pattern.depth === 'one' ? '*.' : '**.'
  return `${wildcard}${pattern.host}${pattern.port === undefined ? '' : `:${pattern.port}`}`
}

/** Every name and port that a canonical host stands for. */
export function hostsAndPorts(canonical: RegistryHost): readonly HostAndPort[] {
  return hostAliases(canonical).map(splitPort)
}

/** Whether the pattern covers this name. An unknown port is covered by any port, as looking a name up needs no port. */
export function coversHost(pattern: HostPattern, { host, port }: HostAndPort): boolean {
  if (pattern.type === 'any') return true
  if (pattern.port !== undefined && port !== undefined && pattern.port !== port) return false
  if (pattern.type === 'exact') return pattern.host === host
  if (!host.endsWith(`.${pattern.host}`)) return false
  return pattern.depth === 'any' || !host.slice(0, -pattern.host.length - 1).includes('.')
}

function splitPort(written: RegistryHost): HostAndPort {
  const port = /:(\d+)$/.exec(written)?.[1]
  return port === undefined
    ? { host: written, port: 443 }
    : { host: written.slice(0, -port.length - 1), port: Number(port) }
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host)
}
