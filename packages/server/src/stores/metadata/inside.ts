import { AsyncLocalStorage } from 'node:async_hooks'
import { StoreError } from './store-error.ts'

/** Whether the code that runs now was called by a transaction's `work` that is still running. */
export type Inside = {
  /** @throws StoreError `nested` */
  readonly refuse: (what: string) => void
  readonly run: <Value>(work: () => Promise<Value>) => Promise<Value>
}

/**
 * A transaction inside another would wait for a connection that the outer one holds: refused, so that it is an error that names
 * itself, not a deadlock. Reads outside of the transaction would see another state than it does: refused as well.
 */
export function createInside(): Inside {
  // What is begun inside and outlives the transaction (a timer, say) is not inside any more.
  const storage = new AsyncLocalStorage<{ running: boolean }>()
  return {
    refuse(what) {
      if (storage.getStore()?.running === true)
        throw new StoreError('nested', `\`${what}\` was called inside a transaction: use its \`tx\` instead`)
    },
    async run(work) {
      const transaction = { running: true }
      try {
        return await storage.run(transaction, work)
      } finally {
        transaction.running = false
      }
    },
  }
}
