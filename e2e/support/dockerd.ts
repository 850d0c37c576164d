import { writeFileSync } from 'node:fs'
import { startDaemon, type Daemon } from './daemon.ts'
import { listensAt } from './ready.ts'
import type { World } from './world.ts'

/** How it keeps images: its own way, or containerd's, with which Docker 29 begins and which pulls by other code. */
export type ImageStore = 'classic' | 'containerd'

export type Dockerd = Daemon & { readonly host: string; readonly store: ImageStore }

/**
 * Docker's engine, with its own data and socket and without any network of its own.
 * It reads certs.d at each pull, but BuildKit and the system's trust store only when it starts: say whom to trust first.
 */
export async function startDockerd(world: World, store: ImageStore): Promise<Dockerd> {
  const path = (name: string) => world.path(`docker-${store}-${name}`)
  const socket = path('sock')
  const host = `unix://${socket}`
  const config = path('daemon.json')
  writeFileSync(config, JSON.stringify({ features: { 'containerd-snapshotter': store === 'containerd' } }))
  const options = {
    'config-file': config,
    'data-root': path('data'),
    'exec-root': path('exec'),
    host,
    pidfile: path('pid'),
    bridge: 'none',
    iptables: 'false',
    ip6tables: 'false',
  }
  const daemon = await startDaemon(
    'dockerd',
    Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    {
      // With containerd's store it asks the token service by the system's certificates, never by certs.d.
      env: store === 'containerd' ? { SSL_CERT_FILE: world.authorities } : {},
      logFile: path('log'),
      ready: listensAt({ path: socket }),
    },
  )
  return { ...daemon, host, store }
}
