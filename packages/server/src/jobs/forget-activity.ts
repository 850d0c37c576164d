import type { MetadataStore } from '../stores/metadata/port.ts'

const AT_ONCE = 5_000

/**
 * Deletes what happened before `before` (milliseconds since 1970): activity and refusals, never the audit log. In steps,
 * so that nobody waits for it.
 * @returns how many rows went
 */
export async function forgetActivity(
  store: Pick<MetadataStore, 'write'>,
  before: number,
  signal: AbortSignal,
): Promise<number> {
  let forgotten = 0
  while (!signal.aborted) {
    const step = await store.write(
      async (tx) =>
        (await tx.activity.deleteBefore(before, AT_ONCE)) + (await tx.refusals.deleteBefore(before, AT_ONCE)),
    )
    forgotten += step
    if (step === 0) break
  }
  return forgotten
}
