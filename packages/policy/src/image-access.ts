import type { ManifestReference } from '@wharden/oci'
import { DOCKER_HUB } from './canonical-host.ts'
import type { ImageFact } from './facts.ts'
import type { GroupId } from './ids.ts'
import { lessTrusted, type ImageCategory } from './image-category.ts'
import { coversReference } from './image-pattern.ts'
import type { CategoryRule, ImageRule } from './image-rule.ts'
import { createPathIndex, lookUp, pathKey, type PathIndex } from './path-index.ts'
import type { PolicyMode } from './policy-mode.ts'
import type { Resource } from './resource.ts'
import { deciding, isLive } from './rule.ts'
import type { UpstreamPattern } from './upstream-pattern.ts'

/**
 * Which kinds of image may come in: a denying rule, an allowing rule, own images, categories, in that order.
 * Made by `createImageAccess` only.
 */
export type ImageAccess = {
  readonly mode: PolicyMode
  /** Allowed besides `organization`, which always is. */
  readonly categories: readonly ImageCategory[]
  readonly exemptOwners: boolean
  /** Docker Hub's name spaces that are the organization's own. */
  readonly namespaces: readonly string[]
  readonly categoryRules: readonly CategoryRule[]
  readonly rules: readonly ImageRule[]
  readonly index: {
    readonly rules: ImageIndex<ImageRule>
    readonly categoryRules: ImageIndex<CategoryRule>
  }
}

type ImageIndex<Rule> = ReadonlyMap<string, PathIndex<readonly Rule[]>>
export type Image = Extract<Resource, { type: 'upstream' }>

export function createImageAccess(parts: Omit<ImageAccess, 'index'>): ImageAccess {
  const rules = indexByImage(parts.rules, ({ image }) => image)
  return { ...parts, index: { rules, categoryRules: indexByImage(parts.categoryRules, (rule) => rule) } }
}

export type ImageVerdict =
  | { readonly type: 'allow'; readonly by: ImageRule | 'own' | ImageCategory }
  /** Neither the catalogue nor a rule knows a category: image access says nothing of it. */
  | { readonly type: 'unrestricted' }
  | { readonly type: 'deny'; readonly by: ImageRule | ImageCategory }
  /** It takes more to know: what the catalogue says, or which digest a tag stands for. */
  | { readonly type: 'unknown'; readonly fact: 'image' | 'digest' }

/** @param groups those of the asker in the policy's organization */
export function judgeImage(
  access: ImageAccess,
  image: Image,
  fact: ImageFact | undefined,
  groups: readonly GroupId[],
  now: number,
): ImageVerdict {
  if (fact === undefined) return { type: 'unknown', fact: 'image' }
  const known = knownAs(image, fact)
  const rules = rulesFor(access.index.rules, image).filter((rule) => isLive(rule, now) && isFor(rule, groups))
  const covering = rules.filter((rule) => coversAny(rule, known))
  const denying = deciding(covering, 'deny')
  if (denying !== undefined) return { type: 'deny', by: denying }
  if (rules.some((rule) => mayTurnOutToDeny(rule, known))) return { type: 'unknown', fact: 'digest' }
  const allowing = deciding(covering, 'allow')
  if (allowing !== undefined) return { type: 'allow', by: allowing }
  const category = categoryOf(access, image, fact)
  if (category === undefined) return { type: 'unrestricted' }
  if (category === 'organization') return { type: 'allow', by: 'own' }
  return { type: access.categories.includes(category) ? 'allow' : 'deny', by: category }
}

/** All that the image is known by; nothing when the question is about the repository as a whole. */
function knownAs({ reference }: Image, { alsoKnownAs }: ImageFact): readonly ManifestReference[] {
  return reference === undefined ? alsoKnownAs : [reference, ...alsoKnownAs]
}

function isFor({ groups: of }: ImageRule, groups: readonly GroupId[]): boolean {
  return of === undefined || of.some((group) => groups.includes(group))
}

function coversAny({ image: { reference } }: ImageRule, known: readonly ManifestReference[]): boolean {
  return reference.type === 'any' || known.some((one) => coversReference(reference, one))
}

/** A denied digest must not come in by its tag: closed until it is known what the tag stands for. */
function mayTurnOutToDeny({ effect, image }: ImageRule, known: readonly ManifestReference[]): boolean {
  const asked = known.length > 0 && !known.some(({ type }) => type === 'digest')
  return asked && effect === 'deny' && image.reference.type === 'digest'
}

/** Of several rules the narrowest, then the one that trusts least. */
function categoryOf(access: ImageAccess, image: Image, fact: ImageFact): ImageCategory | undefined {
  if (image.host === DOCKER_HUB && isOwn(access, image)) return 'organization'
  const narrowest = lookUp(access.index.categoryRules.get(image.host), image.name).at(-1)
  return narrowest?.map(({ category }) => category).reduce(lessTrusted) ?? fact.category
}

function isOwn({ namespaces }: ImageAccess, { name }: Image): boolean {
  const slash = name.indexOf('/')
  return slash > 0 && namespaces.includes(name.slice(0, slash))
}

function rulesFor<Rule>(index: ImageIndex<Rule>, { host, name }: Image): readonly Rule[] {
  return lookUp(index.get(host), name).flat()
}

function indexByImage<Rule>(
  rules: readonly Rule[],
  patternOf: (rule: Rule) => UpstreamPattern,
): ImageIndex<Rule> {
  const hosts = Map.groupBy(rules, (rule) => patternOf(rule).host)
  return new Map([...hosts].map(([host, of]) => [host, createPathIndex(Map.groupBy(of, keyOf))]))

  function keyOf(rule: Rule): string {
    return pathKey(patternOf(rule).path)
  }
}
