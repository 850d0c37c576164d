import type { ManifestReference } from '@wharden/oci'
import type { Locks } from '../stores/metadata/port/repositories.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import { changeLocks, findLocked } from './change-locks.ts'
import type { House } from './house.ts'
import { requireLive } from './require-live.ts'
import type { Target } from './target.ts'

/**
 * Changes those attributes that are named, of a repository or of what is in it; none is no change.
 * @throws {AppError} `denied`, `scope-needed`, `repository-unknown`, `not-found`
 */
export async function changeAttributes(
  house: House,
  caller: Caller,
  target: Target,
  reference: ManifestReference | undefined,
  wanted: Partial<Locks>,
): Promise<void> {
  await authorizeTarget(house, caller, target, 'change', reference)
  const { id, organization } = requireLive(target)
  const what = { organization, repository: id, fullName: target.fullName, reference }
  if (Object.keys(wanted).length === 0) await findLocked(house.store.read, what)
  else await changeLocks(house, caller, what, wanted)
}
