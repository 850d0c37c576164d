import { readIfThere, writeFileDurably } from '../durable-file.ts'
import type { Authority } from './authority.ts'
import { formatLeaf, isDueForRenewal, mintLeaf, parseLeaf, type Leaf } from './leaf.ts'
import {
  isPermitted,
  parseCertificateName,
  type CertificateName,
  type PermittedNames,
} from './permitted-names.ts'

/**
 * The certificate for a TLS server name; the host's own for none. `undefined` for a name that isn't ours.
 * The same object until it is renewed, so that secure contexts can be kept by it.
 */
export type LeafSource = (serverName: string | undefined) => Promise<Leaf | undefined>

export type LeafSourceOptions = {
  readonly authority: Authority
  readonly permitted: PermittedNames
  readonly host: CertificateName
  /** Where the host's own certificate is kept. */
  readonly path: string
  readonly isKnown: (name: string) => boolean | Promise<boolean>
  readonly now: () => number
}

/** Leaves of organization sites kept in memory; making one anew takes a millisecond or two. */
const KEPT = 1000
const THIS_MACHINE: readonly CertificateName[] = [
  { type: 'ip', address: '127.0.0.1' },
  { type: 'ip', address: '::1' },
]

/** Server certificates on demand: the host's own (which also names this machine) from its file, sites' from memory. */
export function leafSource(options: LeafSourceOptions): LeafSource {
  const { authority, permitted, isKnown, now } = options
  const hostNames = [options.host, ...THIS_MACHINE]
  const hostLeaf = renewing(now, () => loadOrMint(options, hostNames))
  const siteLeaves = new Map<string, () => Promise<Leaf>>()
  return async (serverName) => {
    if (serverName === undefined) return hostLeaf()
    const name = parseCertificateName(serverName)
    if (name === undefined || !isPermitted(permitted, name)) return undefined
    if (hostNames.some((own) => isSame(own, name))) return hostLeaf()
    if (name.type === 'ip' || !(await isKnown(name.name))) return undefined
    return remember(siteLeaves, name.name, () => renewing(now, () => mintLeaf(authority, [name], now())))()
  }
}

async function loadOrMint(options: LeafSourceOptions, names: readonly CertificateName[]): Promise<Leaf> {
  const { authority, path, now } = options
  const stored = parseLeaf((await readIfThere(path)) ?? '', authority, names)
  if (stored !== undefined && !isDueForRenewal(stored, now())) return stored
  const leaf = await mintLeaf(authority, names, now())
  await writeFileDurably(path, formatLeaf(leaf).reveal(), { mode: 0o600 })
  return leaf
}

/** Makes a leaf at the first call and keeps it until it is due for renewal; calls at the same moment share one making. */
function renewing(now: () => number, make: () => Promise<Leaf>): () => Promise<Leaf> {
  let current: Promise<Leaf> | undefined
  return async () => {
    const seen = current
    // A making that failed is forgotten: the next call tries again.
    const kept = await seen?.catch(() => undefined)
    if (kept !== undefined && !isDueForRenewal(kept, now())) return kept
    if (current === seen) current = make()
    return current ?? make()
  }
}

function remember<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make()
  map.delete(key) // and in again, at the end: the first of a map is then what was used longest ago
  map.set(key, value)
  const oldest = map.keys().next().value
  if (map.size > KEPT && oldest !== undefined) map.delete(oldest)
  return value
}

function isSame(one: CertificateName, other: CertificateName): boolean {
  if (one.type === 'dns') return other.type === 'dns' && one.name === other.name
  return other.type === 'ip' && one.address === other.address
}
