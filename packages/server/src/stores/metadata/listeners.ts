import type { Change } from './port/changes.ts'

export type Listeners = {
  readonly subscribe: (listener: (change: Change) => void) => () => void
  readonly tell: (change: Change) => void
}

/** @param failed told of a listener that threw; the others hear of the change all the same */
export function createListeners(failed: (cause: unknown) => void): Listeners {
  const listeners = new Set<(change: Change) => void>()
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(change) {
      for (const listener of listeners) {
        try {
          listener(change)
        } catch (cause) {
          failed(cause)
        }
      }
    },
  }
}
