import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { secret, type Secret } from '../secret.ts'
import type { PermittedNames } from './permitted-names.ts'

/** A certificate authority of our own that can speak for the permitted names only, by critical name constraints. */
export type Authority = {
  /** PEM. */
  readonly certificate: string
  readonly privateKey: Secret<KeyObject>
  /** SHA-256 of the certificate, as `AB:CD:…`: what a person compares before trusting it. */
  readonly fingerprint: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LIFE = 10 * 365 * DAY

/** Makes an authority; `now` in milliseconds since 1970. */
export async function createAuthority(permitted: PermittedNames, now: number): Promise<Authority> {
  const { writeCertificate } = await import('./write-certificate.ts')
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // Name and serial differ by authority: software that finds an issuer by name must not take one for another.
  const serial = randomBytes(16)
  const subject = `Wharden authority ${serial.toString('hex').slice(0, 8)}`
  const certificate = writeCertificate({
    subject,
    publicKey,
    issuer: { subject, privateKey },
    serial,
    notBefore: now - HOUR, // clients' clocks are late
    notAfter: now + LIFE,
    use: { type: 'authority', permitted },
  })
  return describe(certificate, privateKey)
}

/** The authority as one PEM text, certificate and key together so that they can't come apart. For a 0600 file only. */
export function formatAuthority(authority: Authority): Secret {
  const key = authority.privateKey.reveal().export({ type: 'pkcs8', format: 'pem' })
  return secret(`${authority.certificate}${key.toString()}`)
}

/** Reads what `formatAuthority` wrote; `undefined` if it isn't a certificate with its own key. */
export function parseAuthority(pem: string): Authority | undefined {
  try {
    const certificate = new X509Certificate(pem)
    const privateKey = createPrivateKey(pem)
    return certificate.ca && certificate.checkPrivateKey(privateKey)
      ? describe(certificate.toString(), privateKey)
      : undefined
  } catch {
    return undefined
  }
}

function describe(pem: string, privateKey: KeyObject): Authority {
  const certificate = new X509Certificate(pem)
  return {
    certificate: pem,
    privateKey: secret(privateKey),
    fingerprint: certificate.fingerprint256,
    expiresAt: certificate.validToDate.getTime(),
  }
}
