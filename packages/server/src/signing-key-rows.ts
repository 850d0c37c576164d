import type { SigningKeyRow, SigningKeyRows } from './identity/signing-key-rows.ts'
import { SYSTEM } from './system-actor.ts'
import type { MetadataStore } from './stores/metadata/port.ts'

/** The rows identity wants, in the store. Each change is announced, so that every replica reads the keys again. */
export function signingKeyRows(store: MetadataStore): SigningKeyRows {
  return {
    list: () => store.read.signingKeys.list(),
    insert: (row: SigningKeyRow) => store.change(store.installation, SYSTEM, (tx) => tx.signingKeys.insert(row)),
    update: (from, row) => store.change(store.installation, SYSTEM, (tx) => tx.signingKeys.update(from, row)),
  }
}
