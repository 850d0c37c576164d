import { ok, parseRepositoryName, type Result } from '@wharden/oci'
import { describeHostPatternProblem, formatHostPattern, parseHostPattern } from './host-pattern.ts'
import type { GroupId, OrganizationId } from './ids.ts'
import { createImageAccess, type ImageAccess } from './image-access.ts'
import { IMAGE_CATEGORIES } from './image-category.ts'
import { describeImagePatternProblem, formatImagePattern, parseImagePattern } from './image-pattern.ts'
import type { CategoryRule, ImageRule } from './image-rule.ts'
import { POLICY_MODES } from './policy-mode.ts'
import { DEFAULT_IMAGES, DEFAULT_REGISTRIES, type Policy, type SignIn } from './policy.ts'
import {
  flag,
  listOf,
  object,
  oneOf,
  optional,
  problem,
  text,
  refine,
  time,
  type DocumentProblem,
  type Reader,
} from './read-json.ts'
import { createRegistryAccess, type RegistryAccess } from './registry-access.ts'
import { REGISTRY_OPERATIONS, type RegistryRule } from './registry-rule.ts'
import {
  describeUpstreamPatternProblem,
  formatUpstreamPattern,
  parseUpstreamPattern,
} from './upstream-pattern.ts'

/** The parts of a policy, each stored as a document of its own. */
export const POLICY_KINDS = ['sign-in', 'registry-access', 'image-access'] as const
export type PolicyKind = (typeof POLICY_KINDS)[number]

export type PolicyDocuments = { readonly [Kind in PolicyKind]?: unknown }

/**
 * Reads an organization's policy from its documents, the form of the administration API; one that isn't there is the
 * default, off. Rules without an id are known by what they say (`image-access:deny:docker.io/evil/*`).
 */
export function parsePolicy(
  organization: OrganizationId,
  documents: PolicyDocuments,
): Result<Policy, DocumentProblem> {
  const signIn = readSignIn(documents['sign-in'], 'sign-in')
  if (signIn.type === 'error') return signIn
  const registryAccess = readRegistryAccess(documents['registry-access'], 'registry-access')
  if (registryAccess.type === 'error') return registryAccess
  const imageAccess = readImageAccess(documents['image-access'], 'image-access')
  if (imageAccess.type === 'error') return imageAccess
  return ok({
    organization,
    signIn: signIn.value,
    registryAccess: registryAccess.value,
    imageAccess: imageAccess.value,
  })
}

/** Whether a document can be stored as this part of a policy; the problem's path begins with `kind`. */
export function checkPolicyDocument(kind: PolicyKind, document: unknown): DocumentProblem | undefined {
  const read = READERS[kind](document, kind)
  return read.type === 'error' ? read.error : undefined
}

/** One line for people. */
export function describeDocumentProblem({ path, message }: DocumentProblem): string {
  return `\`${path}\` ${message}`
}

const mode = optional(oneOf(POLICY_MODES), 'off')

const readSignIn: Reader<SignIn> = optional(object({ mode }), { mode: 'off' })

const registryRule: Reader<RegistryRule> = refine(
  object({
    host: text,
    effect: oneOf(['allow', 'deny']),
    operations: optional(listOf(oneOf(REGISTRY_OPERATIONS)), REGISTRY_OPERATIONS),
    id: optional(text, undefined),
    until: optional(time, undefined),
    reason: optional(text, undefined),
  }),
  ({ host: written, effect, operations, id, until, reason }, path) => {
    const host = parseHostPattern(written)
    if (host.type === 'error') return problem(`${path}.host`, describeHostPatternProblem(host.error))
    const known = `registry-access:${effect}:${formatHostPattern(host.value)}`
    return ok({ id: id ?? known, effect, host: host.value, operations, until, note: reason })
  },
)

const readRegistryAccess: Reader<RegistryAccess> = optional(
  refine(
    object({ mode, rules: optional(listOf(registryRule), DEFAULT_REGISTRIES.rules) }),
    ({ mode: chosen, rules }) => ok(createRegistryAccess(chosen, rules)),
  ),
  DEFAULT_REGISTRIES,
)

const imageRule = (effect: ImageRule['effect']): Reader<ImageRule> =>
  refine(
    object({
      repository: text,
      tag: optional(text, undefined),
      digest: optional(text, undefined),
      id: optional(text, undefined),
      groups: optional(listOf(groupId), undefined),
      until: optional(time, undefined),
      reason: optional(text, undefined),
    }),
    ({ repository, tag, digest, id, groups, until, reason }, path) => {
      const image = parseImagePattern({ repository, tag, digest })
      if (image.type === 'error') return problem(path, describeImagePatternProblem(image.error))
      const known = `image-access:${effect}:${formatImagePattern(image.value)}`
      return ok({ id: id ?? known, effect, image: image.value, groups, until, note: reason })
    },
  )

const groupId: Reader<GroupId> = refine(text, (value) => ok(value as GroupId))

const categoryRule: Reader<CategoryRule> = refine(
  object({ repository: text, category: oneOf(IMAGE_CATEGORIES), id: optional(text, undefined) }),
  ({ repository, category, id }, path) => {
    const pattern = parseUpstreamPattern(repository)
    if (pattern.type === 'error') return problem(path, describeUpstreamPatternProblem(pattern.error))
    const known = `image-access:${category}:${formatUpstreamPattern(pattern.value)}`
    return ok({ id: id ?? known, ...pattern.value, category })
  },
)

const namespace: Reader<string> = refine(text, (value, path) => {
  const name = parseRepositoryName(value)
  return name.type === 'ok' && !value.includes('/')
    ? ok(value)
    : problem(path, 'must be the first part of a Docker Hub name, e.g. `acme` of `acme/app`')
})

const readImageAccess: Reader<ImageAccess> = optional(
  refine(
    object({
      mode,
      categories: optional(listOf(oneOf(IMAGE_CATEGORIES)), DEFAULT_IMAGES.categories),
      exemptOwners: optional(flag, DEFAULT_IMAGES.exemptOwners),
      namespaces: optional(listOf(namespace), []),
      categoryRules: optional(listOf(categoryRule), []),
      allow: optional(listOf(imageRule('allow')), []),
      deny: optional(listOf(imageRule('deny')), []),
    }),
    ({ allow, deny, ...rest }) => ok(createImageAccess({ ...rest, rules: [...allow, ...deny] })),
  ),
  DEFAULT_IMAGES,
)

const READERS: Readonly<Record<PolicyKind, Reader<unknown>>> = {
  'sign-in': readSignIn,
  'registry-access': readRegistryAccess,
  'image-access': readImageAccess,
}
