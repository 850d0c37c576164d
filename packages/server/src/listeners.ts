import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { callbackify } from 'node:util'
import type { RequestListener } from 'node:http'
import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls'
import { openCertificates, type Certificates, type Leaf } from '@wharden/system'
import { AppError } from './errors.ts'
import { listen, type Listener } from './http/listen.ts'
import type { House } from './operations/house.ts'
import { parseAccountName } from '@wharden/policy'

/** The registry's doors: plain HTTP, TLS, or both. */
export type Listeners = {
  readonly ports: { readonly httpPort: number | undefined; readonly httpsPort: number | undefined }
  /** The built-in authority; undefined when the operator brought a certificate, or there is no TLS. */
  readonly authority: Certificates['authority'] | undefined
  /** When the certificate that clients are shown ends, or the built-in authority; milliseconds since 1970. */
  readonly certificateUntil: number | undefined
  readonly answer: (listener: RequestListener) => void
  readonly close: (graceMilliseconds: number) => Promise<void>
}

/** @throws {AppError} with what to do, when a port is taken or a certificate can't be read */
export async function openListeners(house: House): Promise<Listeners> {
  const { config } = house
  const open: Listener[] = []
  const door = async (port: number | undefined, tls?: TlsOptions): Promise<number | undefined> => {
    if (port === undefined) return undefined
    const listener = await listen({ address: config.listen, port, ...(tls !== undefined && { tls }) }).catch(
      (cause: unknown) => explainPort(port, cause),
    )
    open.push(listener)
    return listener.port
  }
  try {
    const certificates =
      config.httpsPort === undefined || config.tlsKey !== undefined
        ? undefined
        : await builtInCertificates(house)
    const tls = certificates === undefined ? await ownCertificate(house) : await mintedTls(certificates)
    const ports = { httpPort: await door(config.httpPort), httpsPort: await door(config.httpsPort, tls) }
    return {
      ports,
      authority: certificates?.authority,
      certificateUntil: certificates?.authority.expiresAt ?? endOf(tls),
      answer: (listener) => open.forEach((one) => one.answer(listener)),
      close: async (grace) => void (await Promise.all(open.map((one) => one.close(grace)))),
    }
  } catch (cause) {
    await Promise.all(open.map((one) => one.close(0)))
    throw cause
  }
}

async function builtInCertificates({ config, caches, clock }: House): Promise<Certificates> {
  const opened = await openCertificates({
    directory: join(config.dataDirectory, 'certificates'),
    host: config.host,
    now: clock,
    isKnown: async (name) => {
      const organization = parseAccountName(name.slice(0, name.indexOf('.')))
      const ours = name.endsWith(`.${config.host}`) && organization.type === 'ok'
      return ours && (await caches.organizations.get(organization.value)) !== undefined
    },
  })
  if (opened.type === 'ok') return opened.value
  throw new AppError('unavailable', opened.error.message)
}

/** A certificate for each name that is called, made when it is first called; contexts are kept by certificate. */
async function mintedTls({ leafFor }: Certificates): Promise<TlsOptions> {
  const contexts = new WeakMap<Leaf, SecureContext>()
  const contextOf = (leaf: Leaf): SecureContext => {
    const kept = contexts.get(leaf)
    if (kept !== undefined) return kept
    const made = createSecureContext({
      cert: leaf.certificate,
      key: leaf.privateKey.reveal(),
      minVersion: 'TLSv1.2',
    })
    contexts.set(leaf, made)
    return made
  }
  const own = await leafFor(undefined)
  return {
    // For clients that call us by address, and so send no name.
    ...(own !== undefined && { cert: own.certificate, key: own.privateKey.reveal() }),
    SNICallback: callbackify(async (name: string) => {
      const leaf = (await leafFor(name)) ?? own
      return leaf === undefined ? undefined : contextOf(leaf)
    }),
  }
}

async function ownCertificate({ config }: House) {
  if (config.tlsCertificate === undefined || config.tlsKey === undefined) return {}
  try {
    return {
      cert: await readFile(config.tlsCertificate),
      key: await readFile(config.tlsKey),
      minVersion: 'TLSv1.2' as const,
    }
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'the TLS certificate or key can not be read: check WHARDEN_TLS_CERTIFICATE and WHARDEN_TLS_KEY',
      {},
      { cause },
    )
  }
}

function endOf({ cert }: TlsOptions): number | undefined {
  return Buffer.isBuffer(cert) ? new X509Certificate(cert).validToDate.getTime() : undefined
}

/** What usually holds a port, where everybody's registry wants to listen. */
const USUAL: { readonly [port: number]: string } = {
  5000: 'on macOS that is usually AirPlay Receiver (System Settings → General → AirDrop & Handoff), elsewhere another registry',
  5443: 'usually another registry, or another wharden',
}

function explainPort(port: number, cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') {
    const usual = USUAL[port] ?? 'perhaps another wharden'
    throw new AppError(
      'unavailable',
      `port ${port} is taken (${usual}); stop what holds it (\`ss -ltnp 'sport = :${port}'\` shows it), or choose others with WHARDEN_HTTP_PORT and WHARDEN_HTTPS_PORT`,
      {},
      { cause },
    )
  }
  if (code === 'EACCES') {
    throw new AppError(
      'unavailable',
      `port ${port} may not be opened by this user: choose one above 1023, or grant the right to bind it`,
      {},
      { cause },
    )
  }
  throw cause
}
