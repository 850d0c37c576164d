import type { OrganizationId } from '@wharden/policy'
import type { InviteReader } from '../../../stores/metadata/port/invites.ts'

/** What an organization may leave waiting for answers: lists stay readable, and nobody fills the database with addresses. */
export const MOST_PENDING = 5_000

/** @returns how many more may be invited */
export async function roomForInvites(
  invites: Pick<InviteReader, 'countPending'>,
  organization: OrganizationId,
): Promise<number> {
  return Math.max(MOST_PENDING - (await invites.countPending(organization)), 0)
}
