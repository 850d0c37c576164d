/** What every scene of the demo stands on. */
import type { ContainerClient } from './client.ts'
import type { Wharden } from './run-wharden.ts'
import { NotAsTold, type Teller } from './teller.ts'

export type Stage = {
  readonly teller: Teller
  readonly wharden: Wharden
  readonly origin: string
  /** `localhost:PORT` */
  readonly registry: string
  readonly setupLink: string
  /** The first is shown at length, the others in brief. */
  readonly clients: readonly [ContainerClient, ...ContainerClient[]]
}

export const ORGANIZATION = 'myregistry'
/** In every refusal, at the end. */
export const DECISION = /\(decision (\S+)\)/

/** The images that the story names. */
export function imagesAt(registry: string) {
  const image = (name: string, tag: string) => `${registry}/${ORGANIZATION}/samples/${name}:${tag}`
  return { hello: image('hello-world', 'v1'), nginx: image('nginx', 'v1'), nginxAgain: image('nginx', 'v2') }
}

/** What `token create` shows once. */
export function secretIn(table: string): string {
  const secret = /\bwhd_\w+/.exec(table)?.[0]
  if (secret === undefined) throw new NotAsTold('the new token was not shown')
  return secret
}
