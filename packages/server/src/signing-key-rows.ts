import type { KeyId, TokenFamily } from './identity/signing-key.ts'
import type { SigningKeyRow, SigningKeyRows } from './identity/signing-key-rows.ts'
import { SYSTEM } from './system-actor.ts'
import type { SigningKeyRecord } from './stores/metadata/port/installation.ts'
import type { ChangeNouns, MetadataStore } from './stores/metadata/port.ts'

/**
 * The rows identity wants, in the store: `<family>:<kid>` is a row's id, a key that is gone has none. Each change is
 * announced, so that every replica reads the keys again.
 */
export function signingKeyRows(store: MetadataStore): SigningKeyRows {
  const change = <Value>(work: (tx: ChangeNouns) => Promise<Value>) =>
    store.change(store.installation, SYSTEM, work)
  return {
    list: async () => (await store.read.signingKeys.list()).map(toRow),
    insert: (row) =>
      // The installation's row is locked: of replicas that start together one makes the first key.
      change(async (tx) => {
        const rivals = (await tx.signingKeys.list()).map(toRow)
        if (rivals.some(({ family, state }) => family === row.family && state === row.state)) return false
        await tx.signingKeys.create({
          id: idOf(row),
          state: row.state === 'gone' ? 'retiring' : row.state,
          sealedPrivateKey: row.sealedPrivateKey ?? '',
          publicJwk: JSON.parse(row.publicJwk),
        })
        return true
      }),
    update: (from, row) =>
      // The installation's row is locked: nobody moves a key between our look and our change.
      change(async (tx) => {
        const id = idOf(row)
        const there = (await tx.signingKeys.list()).find((record) => record.id === id)
        if (there?.state !== from) return false
        if (row.state === 'gone') return tx.signingKeys.delete(id)
        await tx.signingKeys.reseal(id, row.sealedPrivateKey ?? '')
        return there.state === row.state || tx.signingKeys.setState(id, row.state)
      }),
  }
}

function idOf({ family, kid }: SigningKeyRow): string {
  return `${family}:${kid}`
}

function toRow({
  id,
  state,
  sealedPrivateKey,
  publicJwk,
  createdAt,
  stateSince,
}: SigningKeyRecord): SigningKeyRow {
  const colon = id.indexOf(':')
  return {
    // Written by `insert` above, and by nothing else.
    family: id.slice(0, colon) as TokenFamily,
    kid: id.slice(colon + 1) as KeyId,
    state,
    sealedPrivateKey: sealedPrivateKey === '' ? undefined : sealedPrivateKey,
    publicJwk: JSON.stringify(publicJwk),
    createdAt,
    stateSince,
  }
}
