/**
 * X.509 certificates (RFC 5280) with elliptic-curve keys on P-256. Loading the ASN.1 library takes a tenth of a second, which is why
 * this file is only ever imported at the moment something has to be signed.
 */
import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { AsnConvert, AsnSerializer, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { formatCidr } from '../cidr.ts'
import type { CertificateName, PermittedNames } from './permitted-names.ts'

export type CertificateRequest = {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly issuer: { readonly subject: string; readonly privateKey: KeyObject }
  /** 16 random bytes: unpredictable, and never the same twice. */
  readonly serial: Uint8Array
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
  readonly use:
    | { readonly type: 'authority'; readonly permitted: PermittedNames }
    | { readonly type: 'server'; readonly names: readonly CertificateName[] }
    /** Carries a public key to software that only takes certificates; nothing may be checked with it but signatures. */
    | { readonly type: 'token-signing' }
}

const COMMON_NAME = '2.5.4.3'
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'

/** A certificate as PEM. */
export function writeCertificate(request: CertificateRequest): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 })
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: positiveInteger(request.serial),
    signature: algorithm,
    issuer: commonName(request.issuer.subject),
    validity: new Validity({ notBefore: new Date(request.notBefore), notAfter: new Date(request.notAfter) }),
    subject: commonName(request.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki(request.publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsOf(request)),
  })
  const signed = Buffer.from(AsnSerializer.serialize(body))
  const signatureValue = exactly(sign('sha256', signed, request.issuer.privateKey))
  const certificate = new Certificate({ tbsCertificate: body, signatureAlgorithm: algorithm, signatureValue })
  return pem(Buffer.from(AsnSerializer.serialize(certificate)))
}

function extensionsOf(request: CertificateRequest): Extension[] {
  const issuerKey = createPublicKey(request.issuer.privateKey)
  return [
    ...usesOf(request.use),
    extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(request.publicKey))),
    extension(
      id_ce_authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuerKey)) }),
    ),
  ]
}

function usesOf(use: CertificateRequest['use']): Extension[] {
  switch (use.type) {
    case 'authority':
      return [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)),
        extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
        extension(id_ce_nameConstraints, true, nameConstraints(use.permitted)),
      ]
    case 'server':
      return [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
        extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth])),
        extension(id_ce_subjectAltName, false, new SubjectAlternativeName(use.names.map(generalName))),
      ]
    case 'token-signing':
      return [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
        extension(id_ce_keyUsage, true, new KeyUsage(KeyUsageFlags.digitalSignature)),
      ]
  }
}

/**
 * RFC 5280 reads `example.com` as itself and everything below; some verifiers of old read only `.example.com` so.
 * Both are written, which permits the same names.
 */
function nameConstraints(permitted: PermittedNames): NameConstraints {
  const dns = permitted.dns.flatMap((name) => [name, `.${name}`])
  const bases = [
    ...dns.map((dNSName) => new GeneralName({ dNSName })),
    ...permitted.ip.map((range) => new GeneralName({ iPAddress: formatCidr(range) })),
  ]
  return new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base }))),
  })
}

function generalName(name: CertificateName): GeneralName {
  return new GeneralName(name.type === 'dns' ? { dNSName: name.name } : { iPAddress: name.address })
}

function extension(extnID: string, critical: boolean, value: object): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnSerializer.serialize(value)) })
}

function commonName(text: string): Name {
  const value = new AttributeValue({ utf8String: text })
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])])
}

/** RFC 7093 §2 method 1: the first 160 bits of the SHA-256 of the public key's bits. */
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const bits = AsnConvert.parse(spki(key), SubjectPublicKeyInfo).subjectPublicKey
  return exactly(createHash('sha256').update(Buffer.from(bits)).digest().subarray(0, 20))
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

/** DER integers are signed and as short as can be: the first byte is kept within 0x40–0x7f. */
function positiveInteger(bytes: Uint8Array): ArrayBuffer {
  const copy = Uint8Array.from(bytes)
  copy[0] = ((copy[0] ?? 0) & 0x3f) | 0x40
  return copy.buffer
}

function exactly(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
