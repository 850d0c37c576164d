import { writeFileSync } from 'node:fs'
import { startDaemon, type Daemon } from './daemon.ts'
import { listensAt } from './ready.ts'
import type { World } from './world.ts'

export type Containerd = Daemon & { readonly socket: string }

/** containerd, with its own data and socket, for `ctr`. */
export async function startContainerd(world: World): Promise<Containerd> {
  const socket = world.path('containerd.sock')
  const config = world.path('containerd.toml')
  const settings = [
    'version = 2',
    `root = "${world.path('containerd-data')}"`,
    `state = "${world.path('containerd-state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]', // it wants CNI, which no pull needs
    '[grpc]',
    `address = "${socket}"`,
  ]
  writeFileSync(config, `${settings.join('\n')}\n`)
  const daemon = await startDaemon('containerd', ['--config', config], {
    logFile: world.path('containerd.log'),
    ready: listensAt({ path: socket }),
  })
  return { ...daemon, socket }
}
