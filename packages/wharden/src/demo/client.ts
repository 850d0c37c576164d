import type { Command } from './command.ts'

export type Account = {
  readonly username: string
  readonly password: string
  /** How the password stands in the typed line. */
  readonly variable: string
}

/** What the story needs of a container client. References are `HOST:PORT/PATH:TAG`. */
export type ContainerClient = {
  readonly name: string
  readonly version: string
  readonly login: (registry: string, account: Account) => Command
  /** Gives the tiny image this name, where the client pushes only what it has in its own store. */
  readonly make: (reference: string) => readonly Command[]
  readonly push: (reference: string) => Command
  readonly pull: (reference: string) => Command
  /** Lets the client forget an image, so that it really pulls it; and leaves nothing behind. */
  readonly forget: (reference: string) => Promise<void>
}
