import { randomBytes } from 'node:crypto'
import { reseal, seal, unseal, type SealKeys } from './secrets/seal.ts'
import type { MetadataStore } from './stores/metadata/port.ts'
import { SYSTEM } from './system-actor.ts'

const SETTING = 'decision-key'

/** The key that decision ids are made with: the same on every replica and after a restart, sealed at rest. */
export async function decisionKey(store: MetadataStore, seals: SealKeys): Promise<Uint8Array> {
  const sealed = textOf(await store.read.settings.get(SETTING)) ?? (await make(store, seals))
  const opened = unseal(seals, SETTING, sealed)
  if (opened.type === 'error') throw new Error(opened.error.message)
  if (seals.previous !== undefined) await sealAnew(store, seals, sealed)
  return opened.value.reveal()
}

/** So that the previous seal key can be thrown away. */
async function sealAnew(store: MetadataStore, seals: SealKeys, sealed: string): Promise<void> {
  const anew = reseal(seals, SETTING, sealed)
  if (anew.type === 'error' || anew.value === sealed) return
  await store.change(store.installation, SYSTEM, (tx) => tx.settings.put(SETTING, anew.value))
}

async function make(store: MetadataStore, seals: SealKeys): Promise<string> {
  return store.change(store.installation, SYSTEM, async (tx) => {
    // Another replica may have been first; the installation's row is locked now.
    const there = textOf(await tx.settings.get(SETTING))
    if (there !== undefined) return there
    const sealed = seal(seals, SETTING, randomBytes(32))
    await tx.settings.put(SETTING, sealed)
    return sealed
  })
}

function textOf(setting: unknown): string | undefined {
  return typeof setting === 'string' ? setting : undefined
}
