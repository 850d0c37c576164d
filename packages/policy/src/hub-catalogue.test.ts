import { expect, test } from 'vitest'
import { upstreamResource } from '../test/company.ts'
import { categorize } from './hub-catalogue.ts'

const CATALOGUE = { official: new Set(['nginx']), publishers: new Set(['bitnami', 'library']) }

test.each([
  ['docker.io/library/nginx', 'official'],
  ['docker.io/library/centos', 'community'],
  ['docker.io/bitnami/redis', 'verified-publisher'],
  ['docker.io/bitnami/charts/redis', 'verified-publisher'],
  ['docker.io/bitnamilegacy/redis', 'community'],
  ['docker.io/evil/library', 'community'],
  ['docker.io/nginx', 'community'],
  ['registry-1.docker.io/library/nginx', 'official'],
  ['quay.io/library/nginx', undefined],
])('%s is %s', (image, category) => {
  expect(categorize(upstreamResource(image), CATALOGUE)).toEqual({ category, alsoKnownAs: [] })
})

test.each([
  ['docker.io/library/centos', 'official'],
  ['docker.io/bitnami/redis', 'community'],
])('before a catalogue is loaded %s is %s', (image, category) => {
  expect(categorize(upstreamResource(image)).category).toBe(category)
})
