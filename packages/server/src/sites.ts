/**
 * Which of our addresses was called. The table of addresses is made once, at start-up, from the configuration and
 * the ports the listeners really got; a request's Host only *chooses* a row of it and is never copied out of it, so
 * audiences, realms and links can't be forged by a header. No row: 421 (RFC 9110 §15.5.20).
 */
import { parseAccountName, type AccountName } from '@wharden/policy'

/** `origin` is `scheme://authority`, `authority` is `host[:port]` as clients write it; it is also the token audience. */
export type Site = { readonly origin: string; readonly authority: string } & (
  | { readonly type: 'root' }
  | { readonly type: 'organization'; readonly organization: AccountName }
)

export type Sites = {
  /** @param secure whether the request came by TLS, or by a trusted proxy that says so */
  readonly find: (secure: boolean, hostHeader: string | undefined) => Site | undefined
  /** The address to show people: HTTPS before HTTP, configured before built in. */
  readonly advertised: Site
}

type Address = { readonly secure: boolean; readonly host: string; readonly port: number }

export type SitesOptions = {
  readonly host: string
  /** Ports the listeners got. */
  readonly httpPort: number | undefined
  readonly httpsPort: number | undefined
  readonly origins: readonly URL[]
}

export function createSites(options: SitesOptions): Sites {
  const addresses = addressesOf(options)
  const roots = new Map(addresses.map((address) => [keyOf(address), siteOf(address)]))
  const organizations = boundedMap<string, Site>(1_000)
  /** What a header was found to call, by its text: most clients write it the same way each time. */
  const found = { plain: boundedMap<string, Site>(1_000), secure: boundedMap<string, Site>(1_000) }

  function find(secure: boolean, hostHeader: string | undefined): Site | undefined {
    if (hostHeader === undefined) return undefined
    const known = secure ? found.secure : found.plain
    const before = known.get(hostHeader)
    if (before !== undefined) return before
    const site = look(secure, hostHeader)
    if (site !== undefined) known.set(hostHeader, site)
    return site
  }

  function look(secure: boolean, hostHeader: string): Site | undefined {
    const called = parseHost(secure, hostHeader)
    if (called === undefined) return undefined
    const key = keyOf(called)
    return roots.get(key) ?? organizations.get(key) ?? organizationAt(called, key)
  }

  function organizationAt(called: Address, key: string): Site | undefined {
    const dot = called.host.indexOf('.')
    const parent = { ...called, host: called.host.slice(dot + 1) }
    const name = parseAccountName(called.host.slice(0, dot))
    if (dot < 1 || name.type === 'error' || !roots.has(keyOf(parent))) return undefined
    const site: Site = { ...addressed(called), type: 'organization', organization: name.value }
    organizations.set(key, site)
    return site
  }

  const [first] = roots.values()
  if (first === undefined) throw new Error('no address to serve at')
  return { find, advertised: first }
}

function addressesOf({ host, httpPort, httpsPort, origins }: SitesOptions): readonly Address[] {
  const configured = origins.map((url) => {
    const secure = url.protocol === 'https:'
    return { secure, host: url.hostname, port: url.port === '' ? standardPort(secure) : Number(url.port) }
  })
  const names = [host, 'localhost', '127.0.0.1', '[::1]']
  const at = (secure: boolean, port: number | undefined): readonly Address[] =>
    port === undefined ? [] : names.map((name) => ({ secure, host: name, port }))
  return [...configured, ...at(true, httpsPort), ...at(false, httpPort)]
}

/** RFC 9110 §7.2: `uri-host [ ":" port ]`. Anything else is nobody's address. */
function parseHost(secure: boolean, header: string): Address | undefined {
  const match =
    header.length > 300 ? null : /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+?)\.?(?::(\d{1,5}))?$/i.exec(header)
  const host = match?.[1]
  if (host === undefined) return undefined
  return {
    secure,
    host: host.toLowerCase(),
    port: match?.[2] === undefined ? standardPort(secure) : Number(match[2]),
  }
}

function standardPort(secure: boolean): number {
  return secure ? 443 : 80
}

function keyOf({ secure, host, port }: Address): string {
  return `${secure ? 'https' : 'http'}://${host}:${port}`
}

function siteOf(address: Address): Site {
  return { ...addressed(address), type: 'root' }
}

function addressed({ secure, host, port }: Address): { readonly origin: string; readonly authority: string } {
  const authority = port === standardPort(secure) ? host : `${host}:${port}`
  return { origin: `${secure ? 'https' : 'http'}://${authority}`, authority }
}

/** Forgets the oldest: a flood of made-up names must not grow memory. */
function boundedMap<Key, Value>(limit: number): Map<Key, Value> {
  const map = new Map<Key, Value>()
  const set = map.set.bind(map)
  map.set = (key, value) => {
    const oldest = map.size >= limit ? map.keys().next() : undefined
    if (oldest?.done === false) map.delete(oldest.value)
    return set(key, value)
  }
  return map
}
