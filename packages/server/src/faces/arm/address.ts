import { isIP } from 'node:net'
import type { Context } from '../../context.ts'
import type { House } from '../../operations/house.ts'
import type { Site } from '../../sites.ts'

export type Address = {
  /** Where the control plane and its authority are asked: as now, if that is by TLS. */
  readonly origin: string
  /** `host[:port]`, below which each registry has a host of its own. */
  readonly registries: string
}

/**
 * Azure's clients speak HTTPS only: who comes without is shown to the address that people are. And they want hosts with
 * names: below an IP address no registry has one.
 */
export function addressOf({ sites }: Pick<House, 'sites'>, { site }: Pick<Context, 'site'>): Address {
  const { advertised } = sites()
  const called = site.origin.startsWith('https:') ? site : advertised
  const parent = parentOf(called)
  return { origin: called.origin, registries: isIP(hostOf(parent)) === 0 ? parent : advertised.authority }
}

/** The authority of the root that an organization's host stands below. */
function parentOf(site: Site): string {
  return site.type === 'root' ? site.authority : site.authority.slice(site.organization.length + 1)
}

function hostOf(authority: string): string {
  return new URL(`https://${authority}`).hostname.replace(/^\[|\]$/g, '')
}
