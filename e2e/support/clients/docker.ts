import { randomUUID } from 'node:crypto'
import type { Dockerd } from '../dockerd.ts'
import { makeBuildContext } from '../build-context.ts'
import { findCommand } from '../requirements.ts'
import { run, succeeded, type RunOptions } from '../run.ts'
import type { World } from '../world.ts'
import type { Client } from './client.ts'

/**
 * Docker's command line against an engine of the test's own.
 * @param options.buildKit which builder `build` uses: the classic one otherwise. They pull by different code
 */
export function createDocker(
  world: World,
  dockerd: Dockerd,
  options: { readonly buildKit?: boolean } = {},
): Client {
  const program = findCommand('docker') ?? 'docker'
  const env = {
    DOCKER_HOST: dockerd.host,
    DOCKER_CONFIG: world.path(`docker-config-${randomUUID()}`),
    DOCKER_BUILDKIT: options.buildKit === true ? '1' : '0',
    // With BuildKit the command line itself asks for tokens, and reads no certs.d.
    SSL_CERT_FILE: world.authorities,
  }
  const docker = (args: readonly string[], more: RunOptions = {}) => run(program, args, { ...more, env })
  return {
    name: dockerd.store === 'containerd' ? 'docker-containerd' : 'docker',
    signIn: (registry, { username, password }) =>
      docker(['login', '--username', username, '--password-stdin', registry], { input: password }),
    signOut: (registry) => docker(['logout', registry]),
    push: async ({ context }, reference) => {
      succeeded(await docker(['build', '--quiet', '--tag', reference, context]))
      return docker(['push', reference])
    },
    pull: async (reference) => {
      await docker(['image', 'rm', '--force', reference])
      return docker(['pull', reference])
    },
    build: async (reference) => {
      await docker(['image', 'rm', '--force', reference])
      return docker(['build', '--no-cache', makeBuildContext(world, reference)])
    },
    run: (args) => docker(args),
  }
}
