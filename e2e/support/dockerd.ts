import { startDaemon, type Daemon } from './daemon.ts'
import { listensAt } from './ready.ts'
import type { World } from './world.ts'

export type Dockerd = Daemon & { readonly host: string }

/**
 * Docker's engine, with its own data and socket and without any network of its own.
 * It reads certs.d at each pull, but BuildKit and the system's trust store only when it starts: say whom to trust first.
 * @param flags more of dockerd's options, for example `--registry-mirror=…`
 */
export async function startDockerd(world: World, flags: readonly string[] = []): Promise<Dockerd> {
  const socket = world.path('docker.sock')
  const host = `unix://${socket}`
  const daemon = await startDaemon(
    'dockerd',
    [
      '--data-root',
      world.path('docker-data'),
      '--exec-root',
      world.path('docker-exec'),
      '--host',
      host,
      '--pidfile',
      world.path('docker.pid'),
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      ...flags,
    ],
    { logFile: world.path('dockerd.log'), ready: listensAt({ path: socket }) },
  )
  return { ...daemon, host }
}
