/** What podman, skopeo and buildah share: github.com/containers/image, its files and its flags. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { run, type Ran, type RunOptions } from '../run.ts'
import type { World } from '../world.ts'
import type { Credentials } from './client.ts'

export type Containers = {
  readonly env: Readonly<Record<string, string>>
  run(args: readonly string[], more?: RunOptions): Promise<Ran>
  signIn(registry: string, credentials: Credentials): Promise<Ran>
  signOut(registry: string): Promise<Ran>
}

/** @param flags that stand before every command, for example where images are kept */
export function createContainers(world: World, program: string, flags: readonly string[]): Containers {
  const authFile = world.path(`${program}-auth-${randomUUID()}.json`)
  writeFileSync(authFile, '{"auths":{}}') // podman and buildah refuse to run with a file that isn't there
  // They read ~/.docker/config.json too: whoever runs the tests may be signed in somewhere with docker.
  const env = { REGISTRY_AUTH_FILE: authFile, HOME: world.path('home') }
  const call = (args: readonly string[], more: RunOptions = {}) =>
    run(program, [...flags, ...args], { ...more, env })
  return {
    env,
    run: call,
    signIn: (registry, { username, password }) =>
      call(['login', '--username', username, '--password-stdin', registry], { input: password }),
    signOut: (registry) => call(['logout', registry]),
  }
}

/** Flags of podman and buildah for a store of the test's own. */
export function ownStore(world: World, program: string): readonly string[] {
  const id = randomUUID().slice(0, 8)
  // Under /run, which is the world's own, because podman takes no longer path than 50 characters here.
  return ['--root', world.path(`${program}-store-${id}`), '--runroot', `/run/${program}-${id}`]
}
