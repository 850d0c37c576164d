import { randomBytes, type KeyObject } from 'node:crypto'

export type KeyCertificateOptions = {
  readonly subject: string
  /** On P-256. */
  readonly publicKey: KeyObject
  /** Who vouches for it: an ES256 private key, often the key's own other half. */
  readonly issuer: { readonly subject: string; readonly privateKey: KeyObject }
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
}

/**
 * A certificate (PEM) that only carries a public key, for software that takes keys in no other form: Distribution's
 * `rootcertbundle`. It is no authority and no server's.
 */
export async function createKeyCertificate(options: KeyCertificateOptions): Promise<string> {
  const { writeCertificate } = await import('./write-certificate.ts')
  return writeCertificate({ ...options, serial: randomBytes(16), use: { type: 'token-signing' } })
}
