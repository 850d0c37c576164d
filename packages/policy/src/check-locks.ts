import type { ManifestReference } from '@wharden/oci'
import type { Action } from './action.ts'
import { denied, NOTHING, type Check, type Finding } from './asking.ts'
import type { Denial } from './decision.ts'
import type { Locks, RepositoryFact } from './facts.ts'

type Lock = Extract<Denial, { type: 'lock' }>
type Attribute = Lock['attribute']

/** Which attributes stand in the way of what is done to the thing itself. */
const GUARDS: Readonly<Partial<Record<Action, readonly Attribute[]>>> = {
  'content/read': ['readEnabled'],
  'content/write': ['writeEnabled'],
  'content/delete': ['deleteEnabled', 'writeEnabled'],
}

/** A repository that can't be deleted still lets go of its images; one that can't be written lets go of nothing. */
const REPOSITORY_GUARDS_OF_IMAGES: typeof GUARDS = { ...GUARDS, 'content/delete': ['writeEnabled'] }

/**
 * Is it locked? Attributes themselves can always be changed, or nothing could be unlocked.
 * https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
 */
export const checkLocks: Check = ({ question: { resource, action }, facts: { repository } }) => {
  if (resource.type !== 'repository' || GUARDS[action] === undefined) return NOTHING
  if (repository === undefined) return [denied({ type: 'missing-fact', fact: 'repository' })]
  return repository.type === 'absent' ? NOTHING : locked(repository, action, resource.reference)
}

function locked(
  { locks, tagLocks, manifestLocks }: Extract<RepositoryFact, { type: 'present' }>,
  action: Action,
  reference: ManifestReference | undefined,
): readonly Finding[] {
  const guards = reference === undefined ? GUARDS : REPOSITORY_GUARDS_OF_IMAGES
  return [
    ...closed('repository', locks, guards[action]),
    ...closed('tag', tagLocks, GUARDS[action]),
    ...closed('manifest', manifestLocks, GUARDS[action]),
  ].map((lock) => denied(reference === undefined ? lock : { ...lock, reference }))
}

function closed(
  on: Lock['on'],
  locks: Locks | undefined,
  guards: readonly Attribute[] = [],
): readonly Lock[] {
  return guards
    .filter((attribute) => locks?.[attribute] === false)
    .map((attribute) => ({ type: 'lock', on, attribute }))
}
