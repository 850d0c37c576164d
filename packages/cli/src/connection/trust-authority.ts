import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { CliError } from '../cli-error.ts'
import { isLoopback } from './server-address.ts'

/** Where an authority may come from besides the machine itself. */
type Sources = {
  /** `--ca`, `WHARDEN_CA` or what was given at login. */
  readonly file: string | undefined
  /** The PEM a server that was started here left behind; believed for this machine's names only. */
  readonly local: string | undefined
}

/** Lets this process trust what the machine trusts, and an authority of one's own. Certificates are always verified. */
export async function trustAuthority(server: URL, { file, local }: Sources): Promise<void> {
  if (server.protocol !== 'https:') return
  const own =
    file === undefined ? (isLoopback(server.hostname) ? local : undefined) : await readAuthority(file)
  const machine = [...getCACertificates('default'), ...getCACertificates('system')]
  setDefaultCACertificates(own === undefined ? machine : [...machine, own])
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
