/**
 * What is current on this node, and who must forget what. The store's change feed says which topics a change concerns;
 * every cache that was registered here forgets exactly those before the change is reported as done (on the node that made
 * it), or within two seconds (on the others).
 */
import type { Change, ChangeFeed, Topic } from './stores/metadata/port/changes.ts'

/** Whoever keeps something that a change can make untrue. */
export type Forgetful = {
  forget(topics: readonly Topic[]): void
  /** Something may have been missed. */
  forgetAll(): void
}

export type Generation = {
  /** Rises with every change heard of. What was read under an earlier number may be out of date. */
  readonly number: () => number
  /**
   * False if this node hasn't been able to make sure for five seconds that it has heard of every change:
   * it must deny then, for a revocation may have been among them.
   */
  readonly confirmed: () => boolean
  /** @returns the way out */
  readonly register: (forgetful: Forgetful) => () => void
  readonly close: () => void
}

const UNCONFIRMED_LIMIT = 5_000

export function createGeneration(feed: ChangeFeed): Generation {
  const registered = new Set<Forgetful>()
  let number = 0

  function hear(change: Change): void {
    number += 1
    for (const forgetful of registered) {
      if (change.type === 'resync') forgetful.forgetAll()
      else forgetful.forget(change.topics)
    }
  }

  function register(forgetful: Forgetful): () => void {
    registered.add(forgetful)
    return () => void registered.delete(forgetful)
  }

  return {
    number: () => number,
    confirmed: () => feed.unconfirmedFor() < UNCONFIRMED_LIMIT,
    register,
    close: feed.subscribe(hear),
  }
}
