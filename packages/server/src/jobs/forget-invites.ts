import type { MetadataStore } from '../stores/metadata/port.ts'

/** For so long whoever comes with the link of an invite that is over hears what became of it. */
const KEPT = 90 * 86_400_000

const AT_ONCE = 1_000

/**
 * Deletes invites that were accepted, declined or cancelled, or expired, long ago; what was done stays in the audit log.
 * @param now milliseconds since 1970
 * @returns how many went
 */
export async function forgetInvites(
  { single }: Pick<MetadataStore, 'single'>,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  let forgotten = 0
  while (!signal.aborted) {
    const step = await single.invites.deleteEndedBefore(now - KEPT, AT_ONCE)
    forgotten += step
    if (step === 0) break
  }
  return forgotten
}
