import type { Lock, Repository } from '@wharden/api'
import { lockedActs } from '../../input/attributes.ts'
import type { ContentDescription } from '../../connection/registry-content.ts'
import { formatImageName } from '../../input/image-name.ts'
import type { View } from '../../output/view.ts'

export const REPOSITORY_VIEW: View<Repository> = [
  ['NAME', ({ name }) => name],
  ['VISIBILITY', ({ visibility }) => visibility],
  ['LOCKED', ({ changeableAttributes }) => lockedActs(changeableAttributes)],
  ['DESCRIPTION', ({ description }) => description],
  ['REFERENCE', ({ reference }) => reference],
  ['UPDATED', ({ updatedAt }) => updatedAt],
]

export const LOCK_VIEW: View<Lock> = [
  ['IMAGE', formatImageName],
  ['LOCKED', ({ changeableAttributes }) => lockedActs(changeableAttributes)],
  ['DIGEST', ({ digest }) => digest],
]

/** What the registry itself says: of a repository, a tag or a manifest. */
export const DESCRIPTION_VIEW: View<ContentDescription> = [
  ['NAME', ({ imageName, name, digest }) => imageName ?? name ?? digest],
  ['LOCKED', ({ changeableAttributes }) => lockedActs(changeableAttributes)],
  ['DIGEST', ({ digest }) => digest],
  ['CREATED', ({ createdTime }) => createdTime],
  ['UPDATED', ({ lastUpdateTime }) => lastUpdateTime],
]
