import type { SystemTrust } from '@wharden/api'
import { CliError } from '../../cli-error.ts'

/** An organization's registry as az reaches it: by HTTPS alone, at a host of its own below that of the server. */
export type RegistryHosts = {
  /** `NAME.HOST[:port]`. */
  readonly loginServer: string
  /** `HOST[:port]`. */
  readonly registries: string
}

type Named = { readonly name: string; readonly registry: { readonly host: string | null } }

/** @throws {CliError} where there is none, with what to do about it */
export function registryHosts(
  { name, registry: { host } }: Named,
  { registries }: Pick<SystemTrust, 'registries'>,
): RegistryHosts {
  if (host === null) {
    throw new CliError(
      'failed',
      'the server is known by its address alone, and az asks each registry at a host of its own',
      'give the server a name where it runs: WHARDEN_HOST=registry.example.com',
    )
  }
  const parent = host.slice(name.length + 1)
  if (registries.includes(parent)) return { loginServer: host, registries: parent }
  throw new CliError(
    'failed',
    'az speaks HTTPS only, and the server has no HTTPS address',
    'switch it on where the server runs: WHARDEN_HTTPS_PORT=5443 makes an authority of its own; behind a proxy with a certificate, WHARDEN_ORIGINS=https://HOST',
  )
}
