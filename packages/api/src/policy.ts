import { IMAGE_CATEGORIES, POLICY_MODES, REGISTRY_OPERATIONS } from '@wharden/policy'
import { z } from 'zod'
import { DigestText, OrganizationName, Timestamp, UpstreamPattern } from './names.ts'
import { needs } from './access.ts'
import { procedure } from './procedure.ts'

/** `report` blocks nothing and records what would have been. */
export const PolicyMode = z.enum(POLICY_MODES)

export const ImageCategory = z.enum(IMAGE_CATEGORIES)

/** What decisions name. Sent back it stays the same rule; absent, the server makes one. */
const RuleId = z.string().min(1).max(64).optional()
const until = Timestamp.optional().describe('an exception for a time')
const note = z.string().max(256).optional().describe('shown to whom it refuses')
const effect = z.enum(['allow', 'deny'])

/** Repositories of a registry, and if given only that tag or digest of them. */
const ImageRule = z.object({
  id: RuleId,
  effect,
  repository: UpstreamPattern,
  tag: z.string().min(1).max(129).optional().describe('a tag, or with one trailing `*` its beginning'),
  digest: DigestText.optional(),
  until,
  note,
})

const CategoryRule = z.object({ id: RuleId, repository: UpstreamPattern, category: ImageCategory })

/** Which kinds of image may come in: a denying rule, an allowing rule, own images, categories, in that order. */
export const ImageAccessPolicy = z.object({
  mode: PolicyMode.default('off'),
  categories: z
    .array(ImageCategory)
    .default(['official', 'verified-publisher'])
    .describe('allowed besides `organization`, which always is'),
  exemptOwners: z.boolean().default(true),
  namespaces: z
    .array(z.string().min(1).max(255))
    .max(1000)
    .default([])
    .describe("name spaces of Docker Hub that are the organization's own"),
  categoryRules: z.array(CategoryRule).max(10_000).default([]),
  rules: z.array(ImageRule).max(10_000).default([]),
})
export type ImageAccessPolicy = z.infer<typeof ImageAccessPolicy>

const RegistryRule = z.object({
  id: RuleId,
  effect,
  host: z
    .string()
    .min(1)
    .max(263)
    .describe(
      'a host, `*.host` for one level below it, `**.host` for any, `*` for all; with a port only that',
    )
    .meta({ examples: ['docker.io', '*.example.com', 'registry.example.com:5000'] }),
  operations: z.array(z.enum(REGISTRY_OPERATIONS)).min(1).default(['pull', 'push']),
  until,
  note,
})

/** Which registries may be reached. A deny beats every allow; what no rule allows is denied. */
export const RegistryAccessPolicy = z.object({
  mode: PolicyMode.default('off'),
  rules: z
    .array(RegistryRule)
    .max(10_000)
    .default([{ effect: 'allow', host: 'docker.io', operations: ['pull', 'push'] }]),
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
