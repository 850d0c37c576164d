import { allowed, NOTHING, refused, type Asking, type Check, type Finding } from './asking.ts'
import { judgeImage, type Image } from './image-access.ts'
import type { ImageCategory } from './image-category.ts'
import type { ImageRule } from './image-rule.ts'
import type { Policy } from './policy.ts'
import type { Membership } from './principal.ts'

/** May that kind of image come in? Repositories of ours are the organization's own, and always may. */
export const checkImageAccess: Check = (asking) => {
  const { resource, action } = asking.question
  const reads = action === 'content/read' || action === 'metadata/read'
  if (resource.type !== 'upstream' || !reads) return NOTHING
  return asking.policies
    .filter(({ imageAccess }) => imageAccess.mode !== 'off')
    .flatMap((policy) => judged(asking, policy, resource))
}

function judged(asking: Asking, policy: Policy, image: Image): readonly Finding[] {
  const { organization, imageAccess } = policy
  const membership = membershipIn(asking, policy)
  if (imageAccess.exemptOwners && membership?.role === 'owner') {
    return [allowed({ type: 'owner-exempt', organization })]
  }
  const verdict = judgeImage(imageAccess, image, asking.facts.image, membership?.groups ?? [], asking.now)
  switch (verdict.type) {
    case 'unrestricted':
      return NOTHING
    case 'unknown':
      return [refused(imageAccess.mode, { type: 'missing-fact', fact: verdict.fact })]
    case 'allow':
      return [allowance(policy, verdict.by)]
    case 'deny':
      return [refusal(policy, verdict.by)]
  }
}

function membershipIn({ question: { principal } }: Asking, policy: Policy): Membership | undefined {
  if (principal.type === 'anonymous') return undefined
  return principal.memberships.find(({ organization }) => organization === policy.organization)
}

function allowance({ organization }: Policy, by: ImageRule | 'own' | ImageCategory): Finding {
  if (by === 'own') return allowed({ type: 'own-image', organization })
  if (typeof by === 'string') return allowed({ type: 'image-category', organization, category: by })
  return allowed({ type: 'image-rule', organization, rule: by.id })
}

function refusal({ organization, imageAccess }: Policy, by: ImageRule | ImageCategory): Finding {
  const { mode, categories } = imageAccess
  const refusing = { type: 'image-access', organization } as const
  if (typeof by !== 'string') return refused(mode, { ...refusing, by: 'rule', rule: by.id, note: by.note })
  const rule = `image-access:category:${by}`
  return refused(mode, { ...refusing, by: 'category', rule, category: by, allowed: categories })
}
