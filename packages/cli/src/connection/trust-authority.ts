import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { CliError } from '../cli-error.ts'
import { isLoopback } from './server-address.ts'

type Sources = {
  /** `--ca`, `WHARDEN_CA` or what was given at login. */
  readonly file: string | undefined
  /** The data directory of a server started here, `WHARDEN_DATA`. */
  readonly dataDirectory: string
}

/**
 * Lets this process trust what the machine trusts, the file that was named, and for a server on this machine the
 * authority in its data directory. Certificates are always verified.
 */
export async function trustAuthority(server: URL, { file, dataDirectory }: Sources): Promise<void> {
  if (server.protocol !== 'https:') return
  const pem = file === undefined ? await localAuthority(server, dataDirectory) : await readAuthority(file)
  const system = getCACertificates('system')
  setDefaultCACertificates([...getCACertificates('default'), ...system, ...(pem === undefined ? [] : [pem])])
}

/** The built-in authority of a server that runs here: its file is protected as the server itself is. */
export function localAuthorityPath(dataDirectory: string): string {
  return join(dataDirectory, 'ca.crt')
}

async function localAuthority(server: URL, dataDirectory: string): Promise<string | undefined> {
  return isLoopback(server.hostname)
    ? readFile(localAuthorityPath(dataDirectory), 'utf8').catch(() => undefined)
    : undefined
}

/** @throws CliError when the file is missing or holds no certificate */
export async function readAuthority(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new CliError('usage', `cannot read the authority \`${file}\`: ${cause.message}`, undefined, {
      cause,
    })
  })
  parseAuthority(pem, file)
  return pem
}

/** @throws CliError when the text isn't a certificate in PEM */
export function parseAuthority(pem: string, from: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new CliError('usage', `\`${from}\` holds no certificate`, 'it takes one in PEM form', { cause })
  }
}
