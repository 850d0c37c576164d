import { expect, test } from 'vitest'
import {
  ANONYMOUS,
  BETA,
  credential,
  MYREGISTRY,
  NGINX,
  repositoryResource,
  upstreamResource,
} from '../test/company.ts'
import { governingOrganizations } from './governing.ts'
import type { Principal } from './principal.ts'
import type { Resource } from './resource.ts'

const of = (parts: Partial<Extract<Principal, { type: 'credential' }>>) => credential([], parts)
const both = {
  memberships: [MYREGISTRY, BETA].map((organization) => ({ organization, role: 'member' as const })),
}
const image = upstreamResource('docker.io/library/nginx')

test.each<[string, Principal, Resource, typeof BETA | undefined, readonly string[]]>([
  ['its own, of a repository', of({ organization: BETA }), repositoryResource(NGINX), BETA, [MYREGISTRY]],
  ['nobody, of the installation', of(both), { type: 'installation' }, BETA, []],
  ["the site's", of({ ...both, pinned: MYREGISTRY }), image, BETA, [BETA]],
  ["the site's, for the anonymous", ANONYMOUS, image, BETA, [BETA]],
  ["the credential's", of({ organization: BETA }), image, undefined, [BETA]],
  ['the pinned one', of({ ...both, pinned: BETA }), image, undefined, [BETA]],
  ['all of its person', of(both), image, undefined, [MYREGISTRY, BETA]],
  ['nobody', of({}), image, undefined, []],
  ['nobody, for the anonymous', ANONYMOUS, image, undefined, []],
])('%s governs', (_, principal, resource, site, organizations) => {
  expect(governingOrganizations(principal, resource, site)).toEqual(organizations)
})
