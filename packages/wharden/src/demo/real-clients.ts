/** docker, podman, buildah and skopeo: the same four acts in their own words. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account, ContainerClient } from './client.ts'
import { typed, type Command } from './command.ts'
import { runProgram, type Surroundings } from './run-program.ts'

/** In the order in which the story prefers them. */
export const CLIENT_NAMES = ['docker', 'podman', 'buildah', 'skopeo'] as const
export type ClientName = (typeof CLIENT_NAMES)[number]

type Words = readonly string[]

type Recipe = {
  /** Ends well, and prints a version, where the client can be used. */
  readonly version: Words
  readonly make: (reference: string) => readonly Words[]
  readonly push: (reference: string) => Words
  readonly pull: (reference: string) => Words
  readonly forget: ((reference: string) => Words) | undefined
  /** Docker speaks plain HTTP to this machine by itself; the others have to be told. */
  readonly plain: Words
}

const PLAIN = ['--tls-verify=false']

const RECIPES: { readonly [Name in ClientName]: Recipe } = {
  docker: {
    version: ['version', '--format', '{{.Server.Version}}'],
    make: (reference) => [['import', 'image.tar', reference]],
    push: (reference) => ['push', reference],
    pull: (reference) => ['pull', reference],
    forget: (reference) => ['image', 'rm', '--force', reference],
    plain: [],
  },
  podman: {
    version: ['--version'],
    make: (reference) => [['import', 'image.tar', reference]],
    push: (reference) => ['push', ...PLAIN, reference],
    pull: (reference) => ['pull', ...PLAIN, reference],
    forget: (reference) => ['rmi', '--force', reference],
    plain: PLAIN,
  },
  buildah: {
    version: ['--version'],
    make: (reference) => [['bud', '--tag', reference, 'image']],
    push: (reference) => ['push', ...PLAIN, reference],
    pull: (reference) => ['pull', ...PLAIN, reference],
    forget: (reference) => ['rmi', '--force', reference],
    plain: PLAIN,
  },
  skopeo: {
    version: ['--version'],
    make: () => [],
    push: (reference) => ['copy', '--dest-tls-verify=false', 'oci:image-oci:v1', `docker://${reference}`],
    pull: (reference) => ['copy', '--src-tls-verify=false', `docker://${reference}`, 'dir:pulled'],
    forget: undefined,
    plain: PLAIN,
  },
}

/** A client, or why there is none of it. */
export type Looked =
  | { readonly type: 'usable'; readonly client: ContainerClient }
  | { readonly type: 'left out'; readonly name: ClientName; readonly why: string }

/**
 * Looks whether a client is here, works, and reaches a registry on this machine: an engine in a virtual machine or on
 * another host does not.
 * @param registry `localhost:PORT` of a registry that answers
 */
export async function lookForClient(
  name: ClientName,
  registry: string,
  around: Surroundings,
): Promise<Looked> {
  const leftOut = (why: string) => ({ type: 'left out', name, why }) as const
  const own = await surroundingsOf(name, around)
  const { version, pull } = RECIPES[name]
  const said = await runProgram(name, version, { ...own, patienceMilliseconds: 10_000 })
  if (said.exitCode === 127) return leftOut('not installed')
  const number = /\d+\.\d+[\w.+~-]*/.exec(said.stdout)?.[0]
  if (said.exitCode !== 0 || number === undefined)
    return leftOut(name === 'docker' ? 'no engine answers' : lastLine(said.stderr))
  // Whoever reaches the registry is refused by it: nobody may pull what nobody made.
  const tried = await runProgram(name, pull(`${registry}/nobody/nothing:v1`), own)
  if (!/denied/i.test(tried.stdout + tried.stderr)) return leftOut(lastLine(tried.stderr))
  return { type: 'usable', client: createClient(name, number, own) }
}

function createClient(name: ClientName, version: string, around: Surroundings): ContainerClient {
  const recipe = RECIPES[name]
  const command = (words: Words): Command => ({
    line: typed([name, ...words]),
    run: () => runProgram(name, words, around),
  })
  return {
    name,
    version,
    login: (registry, { username, password, variable }: Account) => {
      const words = ['login', ...recipe.plain, '--username', username, '--password-stdin', registry]
      return {
        line: `echo $${variable} | ${typed([name, ...words])}`,
        run: () => runProgram(name, words, around, password),
      }
    },
    make: (reference) => recipe.make(reference).map(command),
    push: (reference) => command(recipe.push(reference)),
    pull: (reference) => command(recipe.pull(reference)),
    forget: async (reference) => {
      // Also when the story was interrupted.
      const whatever = { ...around, signal: new AbortController().signal }
      if (recipe.forget !== undefined) await runProgram(name, recipe.forget(reference), whatever)
    },
  }
}

/** Logins and images of the person who watches are neither read nor changed. */
async function surroundingsOf(name: ClientName, around: Surroundings): Promise<Surroundings> {
  const { directory } = around
  const authFile = join(directory, `${name}-auth.json`)
  await writeFile(authFile, '{"auths":{}}') // podman and buildah refuse to run with a file that isn't there
  const host = name === 'docker' ? await engineAddress(around) : undefined
  return {
    ...around,
    environment: {
      ...around.environment,
      REGISTRY_AUTH_FILE: authFile,
      CONTAINERS_STORAGE_CONF: join(directory, 'storage.conf'),
      // One for each: podman won't sign in where it finds the identity token that docker keeps.
      DOCKER_CONFIG: join(directory, `${name}-docker`),
      DOCKER_CLI_HINTS: 'false',
      ...(host !== undefined && { DOCKER_HOST: host }),
    },
  }
}

/** Where the person's own configuration says that the engine is: with another one, docker would forget it. */
async function engineAddress(around: Surroundings): Promise<string | undefined> {
  const { exitCode, stdout } = await runProgram(
    'docker',
    ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
    around,
  )
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}

/** `vfs` needs no rights and mounts nothing, so that the directory can simply be deleted. */
export async function writeStorageConfiguration(directory: string): Promise<void> {
  const place = (name: string) => JSON.stringify(join(directory, name))
  await writeFile(
    join(directory, 'storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = ${place('images')}\nrunroot = ${place('run')}\n`,
  )
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}
