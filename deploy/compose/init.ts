/**
 * Makes what no installation shares with another: passwords, keys, and, unless you bring one, a certificate. Runs in a container
 * of its own before all others, as root, and once: what is there already stays as it is.
 *
 *   /secrets/database/password       read by PostgreSQL
 *   /secrets/store/access-key, secret-key   read by the S3 store
 *   /secrets/wharden/…               read by the replicas, which run as 10001
 *   /secrets/balancer/registry.pem   read by HAProxy, which runs as 99; yours, if it is at /tls/registry.pem
 *   /store/registry/                 the bucket: the store's buckets are directories
 */
import { randomBytes } from 'node:crypto'
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { openCertificates } from '@wharden/system'

const ROOT = 0
const WHARDEN = 10001
const HAPROXY = 99
const base = process.env['INIT_DIRECTORY'] ?? ''
const host = process.env['WHARDEN_HOST']
if (host === undefined || host === '') throw new Error('WHARDEN_HOST is not set: the name clients use')

const password = keep('/secrets/database/password', ROOT, () => word(24))
const accessKey = keep('/secrets/store/access-key', ROOT, () => word(15))
const secretKey = keep('/secrets/store/secret-key', ROOT, () => word(30))
keep('/secrets/wharden/database-url', WHARDEN, () => `postgres://wharden:${password}@database/wharden`)
keep('/secrets/wharden/store-access-key', WHARDEN, () => accessKey)
keep('/secrets/wharden/store-secret-key', WHARDEN, () => secretKey)
keep('/secrets/wharden/seal-key', WHARDEN, () => randomBytes(32).toString('base64'))
mkdirSync(`${base}/store/registry`, { recursive: true })
await certificate(`${base}/secrets/balancer/registry.pem`, host)

async function certificate(path: string, name: string): Promise<void> {
  const yours = `${base}/tls/registry.pem`
  mkdirSync(dirname(path), { recursive: true })
  if (existsSync(yours)) copyFileSync(yours, path)
  else writeFileSync(path, await ownCertificate(name), { mode: 0o400 })
  chownSync(path, HAPROXY, HAPROXY)
}

/** By an authority of this installation's own, whose certificate clients must come to trust. */
async function ownCertificate(name: string): Promise<string> {
  const directory = `${base}/secrets/authority`
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const opened = await openCertificates({ directory, host: name, isKnown: () => false, now: Date.now })
  if (opened.type === 'error') throw new Error(opened.error.message)
  const leaf = await opened.value.leafFor(name)
  if (leaf === undefined) throw new Error(`no certificate can be made for \`${name}\``)
  console.log(`clients must trust this authority:\n${opened.value.authority.certificate}`)
  return `${leaf.certificate}${leaf.privateKey.reveal()}`
}

/** @returns what the file holds, written now unless it was there */
function keep(path: string, owner: number, make: () => string): string {
  const placed = base + path
  if (existsSync(placed)) return readFileSync(placed, 'utf8')
  mkdirSync(dirname(placed), { recursive: true })
  const text = make()
  writeFileSync(placed, text, { mode: 0o400, flag: 'wx' })
  chownSync(placed, owner, owner)
  return text
}

/** Letters and digits only: it stands in an address. */
function word(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
