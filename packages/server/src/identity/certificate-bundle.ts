import { createKeyCertificate } from '@wharden/system'
import type { KeySet } from './signing-key.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

/**
 * The published keys as certificates, PEM texts one after the other: what Distribution 2 reads as `rootcertbundle`, as it
 * knows no JWKS. It takes nothing from them but the keys (and names those as libtrust does).
 */
export async function toCertificateBundle(keys: KeySet<'access'>, now: number): Promise<string> {
  const subject = (kid: string): string => `Wharden token signing ${kid}`
  const issuer = { subject: subject(keys.signing.kid), privateKey: keys.signing.privateKey }
  const times = { notBefore: now - HOUR, notAfter: now + YEAR }
  const certificates = [...keys.verifying.values()].map(({ kid, publicKey }) =>
    createKeyCertificate({ subject: subject(kid), publicKey, issuer, ...times }),
  )
  return (await Promise.all(certificates)).join('')
}
