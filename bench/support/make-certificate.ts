import { join } from 'node:path'
import { run, succeeded } from '../../e2e/support/run.ts'

/** Paths of PEM files. */
export type Certificate = { readonly certificate: string; readonly key: string }

/** One for all registries, so that none pays for another's kind of key: ECDSA on P-256. */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const made = { certificate: join(directory, 'tls.crt'), key: join(directory, 'tls.key') }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', made.key]
  const options = ['-x509', '-subj', '/CN=localhost', '-days', '2', '-out', made.certificate]
  succeeded(await run('openssl', ['req', ...options, ...key]))
  return made
}
