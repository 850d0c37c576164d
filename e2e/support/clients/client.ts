/** What every container client can do, whatever it calls it. References are full: `HOST[:PORT]/PATH:TAG`. */
import type { Ran } from '../run.ts'
import type { TinyImage } from '../tiny-image.ts'

export const CLIENT_NAMES = ['docker', 'podman', 'skopeo', 'buildah', 'ctr'] as const
export type ClientName = (typeof CLIENT_NAMES)[number]

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
