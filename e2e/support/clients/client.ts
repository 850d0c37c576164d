/** What every container client can do, whatever it calls it. References are full: `HOST[:PORT]/PATH:TAG`. */
import { RELEASE } from '../release.ts'
import { isWaived, type Command } from '../requirements.ts'
import type { Ran } from '../run.ts'
import type { TinyImage } from '../tiny-image.ts'

/** By what brings each. `docker-containerd` is Docker with containerd's image store, which pulls and pushes by other code. */
const PROGRAMS = {
  docker: 'docker',
  'docker-containerd': 'docker',
  podman: 'podman',
  skopeo: 'skopeo',
  buildah: 'buildah',
  ctr: 'ctr',
} as const satisfies Record<string, Command>

export type ClientName = keyof typeof PROGRAMS

/** All that the system has whose programs are tested. */
export const CLIENT_NAMES: readonly ClientName[] = namesOf(PROGRAMS).filter(
  (name) => !isWaived(PROGRAMS[name]) && !(name === 'docker-containerd' && RELEASE === 'bookworm'),
)

/** Who pushes what tests need to find: skopeo, which builds nothing, wherever it is. */
export const SEEDER: ClientName =
  CLIENT_NAMES.find((name) => name === 'skopeo') ?? CLIENT_NAMES[0] ?? 'skopeo'

/** Docker builds in two ways, which pull by different code: its newer one is a builder of its own. */
export type Builder = ClientName | 'BuildKit'

export type Credentials = { readonly username: string; readonly password: string }

export type Client = {
  readonly name: ClientName
  /**
   * `login`, the password by standard input. `undefined` for ctr, which has no such command: it keeps the credentials
   * and gives them with each pull and push.
   */
  signIn(registry: string, credentials: Credentials): Promise<Ran | undefined>
  signOut(registry: string): Promise<Ran | undefined>
  /** Pushes an image; whatever has to be built, imported or tagged before is done without the registry. */
  push(image: TinyImage, reference: string): Promise<Ran>
  /** Pulls as if for the first time: whatever the client still has of it is forgotten before. */
  pull(reference: string): Promise<Ran>
  /** Builds `FROM reference`, which pulls it; `undefined` where the client builds nothing. */
  build(reference: string): Promise<Ran | undefined>
  /** Any other of its commands, with this client's stores and credentials. */
  run(args: readonly string[]): Promise<Ran>
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table) as Name[]
}
