import { randomUUID } from 'node:crypto'
import type { Containerd } from '../containerd.ts'
import { run, succeeded, type Ran } from '../run.ts'
import type { World } from '../world.ts'
import type { Client, Credentials } from './client.ts'

/** containerd's own command line: the code that Kubernetes' nodes pull with. */
export function createCtr(world: World, containerd: Containerd): Client {
  const namespace = randomUUID()
  const signedIn = new Map<string, Credentials>()
  const ctr = (args: readonly string[]) =>
    run('ctr', ['--address', containerd.socket, '--namespace', namespace, ...args])
  const resolver = (reference: string) => [
    '--hosts-dir',
    world.hostsDirectory,
    ...userFlag(signedIn.get(reference.slice(0, reference.indexOf('/')))),
  ]
  return {
    name: 'ctr',
    signIn: (registry, credentials) => remember(() => signedIn.set(registry, credentials)),
    signOut: (registry) => remember(() => signedIn.delete(registry)),
    push: async ({ archive, marker }, reference) => {
      const imported = `import.local/${marker}`
      succeeded(await ctr(['images', 'import', '--base-name', imported, archive]))
      succeeded(await ctr(['images', 'tag', '--force', `${imported}:latest`, reference]))
      return ctr(['images', 'push', ...resolver(reference), reference])
    },
    pull: async (reference) => {
      await ctr(['images', 'rm', '--sync', reference])
      return ctr(['images', 'pull', ...resolver(reference), reference])
    },
    build: () => Promise.resolve(undefined),
    run: ctr,
  }
}

function userFlag(credentials: Credentials | undefined): readonly string[] {
  return credentials === undefined ? [] : ['--user', `${credentials.username}:${credentials.password}`]
}

function remember(change: () => unknown): Promise<Ran | undefined> {
  change()
  return Promise.resolve(undefined)
}
