/**
 * Certificates of our own, for installations without any: an authority made at the first start, and server
 * certificates by it for the sites we know and for nothing else.
 *
 *     <directory>/<host>/authority.pem   certificate and key, 0600: made once, never overwritten
 *                        ca.crt          the certificate alone: what `wharden trust` installs
 *                        server.pem      the host's own certificate and key, 0600: renewed
 *
 * An authority's constraints can't be changed, so one of another host lives in another folder, and has to be trusted anew.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDirectoryDurably, createFileDurably, readIfThere, writeFileDurably } from '../durable-file.ts'
import type { Outcome } from '../outcome.ts'
import { createAuthority, formatAuthority, parseAuthority, type Authority } from './authority.ts'
import { leafSource, type LeafSource } from './leaf-source.ts'
import {
  parseCertificateName,
  permittedNames,
  type CertificateName,
  type PermittedNames,
} from './permitted-names.ts'

export type CertificateOptions = {
  readonly directory: string
  /** Our root site: a DNS name or an IP address, without port. */
  readonly host: string
  /** Other names the authority may ever speak for (`docker.io`, in transparent mode only). */
  readonly alsoPermitted?: readonly string[]
  /** Whether a name (lower case) is a site of ours right now. The host itself isn't asked about. */
  readonly isKnown: (name: string) => boolean | Promise<boolean>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export type Certificates = {
  readonly authority: Pick<Authority, 'certificate' | 'fingerprint' | 'expiresAt'> & {
    /** Where `certificate` lies as a file. */
    readonly path: string
    /** Whether it was made by this start: nobody trusts it yet. */
    readonly created: boolean
  }
  readonly leafFor: LeafSource
}

export type CertificateProblem = { readonly type: 'unusable'; readonly message: string }

/** Loads the authority of a host, or makes it. Throws what the file system throws. */
export async function openCertificates(
  options: CertificateOptions,
): Promise<Outcome<Certificates, CertificateProblem>> {
  const names: CertificateName[] = []
  for (const text of [options.host, ...(options.alsoPermitted ?? [])]) {
    const name = parseCertificateName(text)
    if (name === undefined) return unusable(`\`${text}\` is neither a DNS name nor an IP address`)
    names.push(name)
  }
  const [host, ...more] = names
  if (host === undefined) return unusable('no host was given')
  return open(
    options,
    host,
    permittedNames(host, more),
    join(options.directory, names.map(fileName).join('+')),
  )
}

async function open(
  options: CertificateOptions,
  host: CertificateName,
  permitted: PermittedNames,
  folder: string,
): Promise<Outcome<Certificates, CertificateProblem>> {
  await createDirectoryDurably(folder)
  const opened = await loadOrCreateAuthority(join(folder, 'authority.pem'), permitted, options.now())
  if (opened.type === 'error') return opened
  const { authority, created } = opened.value
  const { certificate, fingerprint, expiresAt } = authority

  const path = join(folder, 'ca.crt')
  if ((await readIfThere(path)) !== certificate) await writeFileDurably(path, certificate)
  const { isKnown, now } = options
  const leafFor = leafSource({ authority, permitted, host, path: join(folder, 'server.pem'), isKnown, now })
  return { type: 'ok', value: { authority: { certificate, fingerprint, expiresAt, path, created }, leafFor } }
}

type LoadedAuthority = { readonly authority: Authority; readonly created: boolean }

async function loadOrCreateAuthority(
  path: string,
  permitted: PermittedNames,
  now: number,
): Promise<Outcome<LoadedAuthority, CertificateProblem>> {
  let text = await readIfThere(path)
  let created = false
  if (text === undefined) {
    const fresh = formatAuthority(await createAuthority(permitted, now)).reveal()
    // Another process starting at this moment may be first; then its authority is everybody's.
    created = await createFileDurably(path, fresh, { mode: 0o600 })
    text = created ? fresh : await readFile(path, 'utf8')
  }
  const authority = parseAuthority(text)
  if (authority === undefined)
    return unusable(`\`${path}\` doesn't hold a certificate authority and its key: ${REMEDY}`)
  if (authority.expiresAt <= now)
    return unusable(`the certificate authority in \`${path}\` has expired: ${REMEDY}`)
  return { type: 'ok', value: { authority, created } }
}

const REMEDY = 'restore it, or move it away to have a new one made and then run `wharden trust`'

function fileName(name: CertificateName): string {
  return name.type === 'dns' ? name.name : name.address.replaceAll(':', '-')
}

function unusable(message: string): { readonly type: 'error'; readonly error: CertificateProblem } {
  return { type: 'error', error: { type: 'unusable', message } }
}
