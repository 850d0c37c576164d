import type { Lock, Repository } from '@wharden/api'
import { lockedActs } from '../../input/attributes.ts'
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
