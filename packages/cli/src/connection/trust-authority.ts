import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { CliError } from '../cli-error.ts'

/** Lets this process trust what the machine trusts, and the authority in a file. Certificates are always verified. */
export async function trustAuthority(server: URL, file: string | undefined): Promise<void> {
  if (server.protocol !== 'https:') return
  trustAlso(file === undefined ? [] : [await readAuthority(file)])
}

/** Certificates in PEM form, besides what this process trusts already and what the machine does. */
export function trustAlso(authorities: readonly string[]): void {
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system'), ...authorities])
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
