/** What a registry must hold, by what it acknowledged: nothing of how it does so. */
import type { Content, Document } from '../images.ts'

export type Held = {
  readonly document: Document
  readonly blobs: readonly Content[]
  readonly children: readonly string[]
}

export type Repository = {
  readonly manifests: Map<string, Held>
  readonly tags: Map<string, string>
  /** Blobs it was said to have (by HEAD, mount, upload), and when. */
  readonly promised: Map<string, number>
  /** Blobs that were taken out of it, whatever its manifests need. */
  readonly takenOut: Set<string>
}

export type Model = { readonly repositories: Map<string, Repository>; now: number }

export const NAMES = ['one', 'two'] as const

export function createModel(): Model {
  return { repositories: new Map(), now: 0 }
}

export function repositoryOf({ repositories }: Model, name: string): Repository {
  const there = repositories.get(name)
  if (there !== undefined) return there
  const made = { manifests: new Map(), tags: new Map(), promised: new Map(), takenOut: new Set<string>() }
  repositories.set(name, made)
  return made
}

/** Digests that its manifests need, and that nobody took out of it. */
export function neededBy({ manifests, takenOut }: Repository): ReadonlySet<string> {
  const needed = [...manifests.values()].flatMap(({ blobs }) => blobs.map(({ digest }) => digest))
  return new Set(needed.filter((digest) => !takenOut.has(digest)))
}

/** Whether it must have this blob: a manifest needs it, or it said so less than `grace` ago. */
export function mustHave(model: Model, name: string, digest: string, grace: number): boolean {
  const repository = repositoryOf(model, name)
  if (neededBy(repository).has(digest)) return true
  const promised = repository.promised.get(digest)
  return promised !== undefined && model.now - promised < grace
}

export function promise(model: Model, name: string, digest: string): void {
  const { promised, takenOut } = repositoryOf(model, name)
  promised.set(digest, model.now)
  takenOut.delete(digest)
}
