/** What every container client can do, whatever it calls it. References are full: `HOST[:PORT]/PATH:TAG`. */
import { RELEASE } from '../release.ts'
import { isWaived } from '../requirements.ts'
import type { Ran } from '../run.ts'
import type { TinyImage } from '../tiny-image.ts'

/** `docker-containerd` is Docker with containerd's image store, which pulls and pushes by other code. */
const ALL = ['docker', 'docker-containerd', 'podman', 'skopeo', 'buildah', 'ctr'] as const
export type ClientName = (typeof ALL)[number]

/** Docker builds in two ways, which pull by different code: its newer one is a builder of its own. */
export type Builder = ClientName | 'BuildKit'

/** Debian's packages; `docker-containerd` is tried by the newer builder. */
const PACKAGES: Readonly<Record<Builder, readonly string[]>> = {
  docker: ['docker.io'],
  BuildKit: ['docker.io', 'docker-buildx'],
  'docker-containerd': ['docker.io', 'docker-buildx'],
  podman: ['podman'],
  skopeo: ['skopeo'],
  buildah: ['buildah'],
  ctr: ['containerd'],
}

/** All that the system has whose programs are tested; Debian 12's Docker has one image store only. */
export const CLIENT_NAMES: readonly ClientName[] = ALL.filter(
  (name) => isHere(name) && !(name === 'docker-containerd' && RELEASE === 'bookworm'),
)

export const BUILDERS: readonly Builder[] = [...CLIENT_NAMES, 'BuildKit' as const]
  .filter((name) => name !== 'skopeo' && name !== 'ctr')
  .filter(isHere)

/** Who pushes what tests need to find: skopeo, which builds nothing, wherever it is. */
export const SEEDER: ClientName =
  CLIENT_NAMES.find((name) => name === 'skopeo') ?? CLIENT_NAMES[0] ?? 'skopeo'

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

function isHere(name: Builder): boolean {
  return !PACKAGES[name].some(isWaived)
}
