import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, succeeded } from './run.ts'
import type { World } from './world.ts'

export type Authority = {
  readonly pem: string
  /** Issues a certificate for host names and addresses; returns where its two PEM files are. */
  issue(hosts: readonly string[]): Promise<{ readonly certificate: string; readonly key: string }>
}

/** A certificate authority of the test's own, for servers that aren't the product. */
export async function createAuthority(world: World): Promise<Authority> {
  const directory = world.path('authority')
  mkdirSync(directory)
  const key = join(directory, 'ca.key')
  const certificate = join(directory, 'ca.crt')
  await openssl([
    'req',
    '-x509',
    '-subj',
    '/CN=e2e test authority',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    certificate,
    ...NEW_KEY,
  ])
  let issued = 0
  return {
    pem: readFileSync(certificate, 'utf8'),
    issue: async (hosts) => {
      const leaf = { certificate: join(directory, `${++issued}.crt`), key: join(directory, `${issued}.key`) }
      const request = join(directory, `${issued}.csr`)
      const extensions = join(directory, `${issued}.ext`)
      writeFileSync(extensions, `subjectAltName=${hosts.map(alternativeName).join(',')}\n`)
      await openssl(['req', '-subj', '/CN=e2e', '-keyout', leaf.key, '-out', request, ...NEW_KEY])
      await openssl([
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        certificate,
        '-CAkey',
        key,
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        extensions,
        '-out',
        leaf.certificate,
      ])
      return leaf
    },
  }
}

async function openssl(args: readonly string[]): Promise<void> {
  succeeded(await run('openssl', args))
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function alternativeName(host: string): string {
  return /^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`
}
