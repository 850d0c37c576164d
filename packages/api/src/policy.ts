import { z } from 'zod'
import { OrganizationName, UpstreamPattern } from './names.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'

/** `report` blocks nothing and records what would have been. */
export const PolicyMode = z.enum(['off', 'report', 'enforce'])

export const ImageCategory = z.enum(['official', 'verified-publisher', 'organization', 'community'])

/** One image, or many: repository pattern, and if given only that tag or digest. */
const ImageSelector = z.object({
  repository: UpstreamPattern,
  tag: z.string().max(128).optional().describe('a tag, or with one trailing `*` its beginning'),
  digest: z.string().max(160).optional(),
  reason: z.string().max(256).optional().describe('shown to whom it refuses'),
})

/** Which kinds of image may come in. Images of the organization itself are always allowed. */
export const ImageAccessPolicy = z.object({
  mode: PolicyMode.default('off'),
  categories: z
    .array(ImageCategory.exclude(['organization']))
    .default(['official', 'verified-publisher'])
    .describe('allowed besides the organization’s own'),
  exemptOwners: z.boolean().default(true),
  allow: z.array(ImageSelector).max(10_000).default([]),
  deny: z.array(ImageSelector).max(10_000).default([]),
})
export type ImageAccessPolicy = z.infer<typeof ImageAccessPolicy>

const RegistryRule = z.object({
  host: z
    .string()
    .min(1)
    .max(260)
    .meta({ examples: ['docker.io', '*.example.com', 'registry.example.com:5000'] }),
  effect: z.enum(['allow', 'deny']),
  operations: z
    .array(z.enum(['pull', 'push']))
    .min(1)
    .default(['pull', 'push']),
})

/** Which registries may be reached. Nothing matched means denied, once enforced. */
export const RegistryAccessPolicy = z.object({
  mode: PolicyMode.default('off'),
  rules: z
    .array(RegistryRule)
    .max(10_000)
    .default([{ host: 'docker.io', effect: 'allow', operations: ['pull', 'push'] }]),
})
export type RegistryAccessPolicy = z.infer<typeof RegistryAccessPolicy>

/** Whether anonymous pulls, of public repositories too, are refused. */
export const SignInPolicy = z.object({ mode: PolicyMode.default('off') })
export type SignInPolicy = z.infer<typeof SignInPolicy>

/** All that an organization has written. `version` rises with every change of the organization. */
export const OrganizationPolicy = z.object({
  version: z.number().int(),
  imageAccess: ImageAccessPolicy,
  registryAccess: RegistryAccessPolicy,
  signIn: SignInPolicy,
})
export type OrganizationPolicy = z.infer<typeof OrganizationPolicy>

const InOrganization = z.object({ organization: OrganizationName })

/** The version that was read, where a change made meanwhile by somebody else is to be a `conflict`. */
const ifVersion = { ifVersion: z.number().int().optional() }

const replace = (path: string, operationId: string, what: string) =>
  procedure({
    method: 'PUT',
    path: `/organizations/{organization}/policies/${path}`,
    operationId,
    tag: 'policies',
    summary: `Replace the ${what} policy`,
    description: 'Bites at the next request.',
    access: needs('policy/edit', 'organization'),
  })

export const policy = {
  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}/policies',
    operationId: 'policy_show',
    tag: 'policies',
    summary: 'Show what an organization allows',
    access: needs('policy/read', 'organization'),
  })
    .input(InOrganization)
    .output(OrganizationPolicy),

  replaceImageAccess: replace('image-access', 'policy_replace_image_access', 'image access')
    .input(InOrganization.extend({ policy: ImageAccessPolicy, ...ifVersion }))
    .output(OrganizationPolicy),

  replaceRegistryAccess: replace('registry-access', 'policy_replace_registry_access', 'registry access')
    .input(InOrganization.extend({ policy: RegistryAccessPolicy, ...ifVersion }))
    .output(OrganizationPolicy),

  replaceSignIn: replace('sign-in', 'policy_replace_sign_in', 'sign-in')
    .input(InOrganization.extend({ policy: SignInPolicy, ...ifVersion }))
    .output(OrganizationPolicy),
}
