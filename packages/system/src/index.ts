/**
 * What server and agent need of the machine they run on, and no more: secrets that don't print, writes that survive
 * a power cut, one owner per data directory, addresses, certificates.
 */
export { secret, Secret } from './secret.ts'
export {
  createDirectoryDurably,
  createFileDurably,
  readIfThere,
  syncDirectory,
  writeFileDurably,
  type WriteOptions,
} from './durable-file.ts'
export { lockDirectory, type DirectoryLock, type LockOwner, type LockProblem } from './lock-file.ts'
export { formatAddress, parseAddress, type Address } from './address.ts'
export { cidrContains, formatCidr, parseCidr, type Cidr } from './cidr.ts'
export { guardAddress, specialRange, type AddressVerdict, type SpecialRange } from './address-guard.ts'
export type { Outcome } from './outcome.ts'
export {
  openCertificates,
  type CertificateOptions,
  type CertificateProblem,
  type Certificates,
} from './certificates/certificates.ts'
export type { Leaf } from './certificates/leaf.ts'
export type { LeafSource } from './certificates/leaf-source.ts'
export { createKeyCertificate, type KeyCertificateOptions } from './certificates/key-certificate.ts'
