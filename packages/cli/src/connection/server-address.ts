import { CliError } from '../cli-error.ts'

/** Where `npm start` listens. */
export const DEFAULT_SERVER = 'http://localhost:5000'

/**
 * Reads a server's address: `https://registry.example.com`. Without a scheme it is https, on this machine http.
 * Secrets go over plain http to this machine only.
 * @returns the origin
 * @throws CliError
 */
export function parseServer(text: string): string {
  const bare = text.includes('://') ? null : URL.parse(`https://${text}`)
  const url =
    bare === null || !isLoopback(bare.hostname) ? (bare ?? URL.parse(text)) : URL.parse(`http://${text}`)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '') {
    throw new CliError(
      'usage',
      `\`${text}\` is not a server's address`,
      'say for example `https://registry.example.com`',
    )
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new CliError(
      'usage',
      `\`${url.origin}\` is not encrypted, and not this machine: secrets are not sent there`,
      `use \`https://${url.host}\``,
    )
  }
  return url.origin
}

/** Names that never leave this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    hostname === '[::1]'
  )
}
