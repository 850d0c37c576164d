import { z } from 'zod'
import { JsonWebKeySet } from './key.ts'
import { OrganizationName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'

/** What the registry calls itself: `service` of its challenge and `aud` of its tokens. */
export const GuardService = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._:-]*$/, 'use a host name, with a port where there is one')
  .meta({ examples: ['registry.example.com:5000'] })

/** A registry of yours that trusts our token service. Its repositories are those of the organization, by the same names. */
export const Guard = z.object({
  service: GuardService,
  organization: OrganizationName,
  description: z.string(),
  createdAt: Timestamp,
})
export type Guard = z.infer<typeof Guard>

/** All that goes into the registry's configuration. */
export const GuardMaterial = z.object({
  guard: Guard,
  realm: z.url().describe('where its clients fetch tokens'),
  issuer: z.string(),
  jwks: JsonWebKeySet.describe('for CNCF Distribution 3 and others that read a JWK set'),
  certificates: z
    .string()
    .describe('PEM, for CNCF Distribution 2, whose `rootcertbundle` takes certificates only'),
})
export type GuardMaterial = z.infer<typeof GuardMaterial>

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ service: GuardService })

export const guard = {
  create: procedure({
    method: 'POST',
    path: '/organizations/{organization}/guards',
    operationId: 'guard_create',
    tag: 'guards',
    summary: 'Register a registry to guard',
    description:
      'Only installation administrators may: whoever names a registry that trusts our keys decides who gets tokens for it.',
    access: needs('installation/edit', 'installation'),
    successStatus: 201,
  })
    .input(InOrganization.extend({ service: GuardService, description: z.string().max(256).default('') }))
    .output(GuardMaterial),

  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/guards',
    operationId: 'guard_list',
    tag: 'guards',
    summary: 'List guarded registries',
    access: needs('organization/read', 'organization'),
  })
    .input(InOrganization.extend(Paging.shape))
    .output(pageOf(Guard)),

  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}/guards/{service}',
    operationId: 'guard_show',
    tag: 'guards',
    summary: 'Show what the registry’s configuration needs',
    access: needs('organization/read', 'organization'),
  })
    .input(One)
    .output(GuardMaterial),

  delete: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/guards/{service}',
    operationId: 'guard_delete',
    tag: 'guards',
    summary: 'Stop issuing tokens for a registry',
    description: 'Tokens already issued for it live on for at most five minutes.',
    access: needs('organization/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),
}
