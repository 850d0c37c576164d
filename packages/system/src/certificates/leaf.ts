import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { secret, type Secret } from '../secret.ts'
import type { Authority } from './authority.ts'
import type { CertificateName } from './permitted-names.ts'

/** What a TLS server presents: PEM texts for `tls.createSecureContext({ cert, key })`. */
export type Leaf = {
  /** The certificate, followed by its authority's. */
  readonly certificate: string
  readonly privateKey: Secret
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LIFE = 90 * DAY
const RENEW_BEFORE = 30 * DAY

/** Makes a server certificate for names the authority permits, living 90 days (or as long as the authority, if shorter). */
export async function mintLeaf(
  authority: Authority,
  names: readonly CertificateName[],
  now: number,
): Promise<Leaf> {
  const { writeCertificate } = await import('./write-certificate.ts')
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificate = writeCertificate({
    // Never a name in here: where it looks like one, OpenSSL holds it to the name constraints as well.
    subject: 'Wharden server',
    publicKey,
    issuer: { subject: issuerName(authority), privateKey: authority.privateKey.reveal() },
    serial: randomBytes(16),
    notBefore: now - HOUR,
    notAfter: Math.min(now + LIFE, authority.expiresAt),
    use: { type: 'server', names },
  })
  return describe(certificate, authority, privateKey)
}

/** Whether a leaf should be made anew: it has a third of its life left, or less. */
export function isDueForRenewal(leaf: Leaf, now: number): boolean {
  return leaf.expiresAt - now <= RENEW_BEFORE
}

/** Certificate and key as one PEM text, for a 0600 file. */
export function formatLeaf(leaf: Leaf): Secret {
  return secret(`${leaf.privateKey.reveal()}${leaf.certificate}`)
}

/** Reads what `formatLeaf` wrote; `undefined` if it is damaged, for other names, or by another authority. */
export function parseLeaf(
  pem: string,
  authority: Authority,
  names: readonly CertificateName[],
): Leaf | undefined {
  try {
    const certificate = new X509Certificate(pem)
    const privateKey = createPrivateKey(pem)
    const issuer = new X509Certificate(authority.certificate)
    const ours = certificate.checkPrivateKey(privateKey) && certificate.verify(issuer.publicKey)
    return ours && names.every((name) => isFor(certificate, name))
      ? describe(certificate.toString(), authority, privateKey)
      : undefined
  } catch {
    return undefined
  }
}

function isFor(certificate: X509Certificate, name: CertificateName): boolean {
  const found = name.type === 'dns' ? certificate.checkHost(name.name) : certificate.checkIP(name.address)
  return found !== undefined
}

function describe(pem: string, authority: Authority, privateKey: KeyObject): Leaf {
  return {
    certificate: `${pem}${authority.certificate}`,
    privateKey: secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    expiresAt: new X509Certificate(pem).validToDate.getTime(),
  }
}

/** Ours have one common name and nothing else: `CN=…`. */
function issuerName(authority: Authority): string {
  return new X509Certificate(authority.certificate).subject.replace(/^CN=/, '')
}
