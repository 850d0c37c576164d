import { AppError } from '../../errors.ts'

/** Whose thing a path names: each part that the path has, as it was written. */
export type Place = {
  readonly subscription?: string
  readonly group?: string
  readonly registry?: string
}

/** What a path names. `name` is a token's or a scope map's own, and empty elsewhere. */
export type ArmPath = { readonly type: ArmPathType; readonly place: Place; readonly name: string }

const SUBSCRIPTION = 'subscriptions/{subscription}'
const GROUP = `${SUBSCRIPTION}/resourcegroups/{group}`
const REGISTRIES = 'providers/microsoft.containerregistry/registries'
const REGISTRY = `${GROUP}/${REGISTRIES}/{registry}`

/** https://learn.microsoft.com/rest/api/containerregistry/ and https://learn.microsoft.com/rest/api/resources/ */
const FORMS = [
  ['tenants', 'tenants'],
  ['subscriptions', 'subscriptions'],
  ['subscription', SUBSCRIPTION],
  ['groups', `${SUBSCRIPTION}/resourcegroups`],
  ['group', GROUP],
  ['resources', `${SUBSCRIPTION}/resources`],
  ['resources', `${GROUP}/resources`],
  ['registries', `${SUBSCRIPTION}/${REGISTRIES}`],
  ['registries', `${GROUP}/${REGISTRIES}`],
  ['registry', REGISTRY],
  ['scope-maps', `${REGISTRY}/scopemaps`],
  ['scope-map', `${REGISTRY}/scopemaps/{name}`],
  ['tokens', `${REGISTRY}/tokens`],
  ['token', `${REGISTRY}/tokens/{name}`],
  ['credentials', `${REGISTRY}/generatecredentials`],
] as const

export type ArmPathType = (typeof FORMS)[number][0]

const SPLIT = FORMS.map(([type, form]) => ({ type, steps: form.split('/') }))

/**
 * Parses a raw request target, or the id of a resource, which is written the same. Upper and lower case mean the same in the
 * words of a path, as they do in Azure.
 * @returns undefined where nothing of ours is there
 * @throws {AppError} `invalid`, if a `%` begins no escape, or one that no name here may hold
 */
export function parseArmPath(target: string): ArmPath | undefined {
  const [path = ''] = target.split('?', 1)
  const steps = path
    .split('/')
    .filter((step) => step !== '')
    .map(decoded)
  for (const form of SPLIT) {
    const found = match(form.steps, steps)
    if (found === undefined) continue
    const { name = '', ...place } = found
    return { type: form.type, place, name }
  }
  return undefined
}

function match(
  form: readonly string[],
  steps: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (form.length !== steps.length) return undefined
  const found: Record<string, string> = {}
  for (const [index, expected] of form.entries()) {
    const step = steps[index] ?? ''
    if (expected.startsWith('{')) found[expected.slice(1, -1)] = step
    else if (expected !== step.toLowerCase()) return undefined
  }
  return found
}

function decoded(step: string): string {
  // PostgreSQL can't keep U+0000 in text, nor look for it.
  if (step.includes('%00'))
    throw new AppError('invalid', 'the address holds a NUL character, which no name may')
  try {
    return decodeURIComponent(step)
  } catch (cause) {
    throw new AppError(
      'invalid',
      'the address holds a `%` that no two hexadecimal digits follow, or is no UTF-8',
      {},
      { cause },
    )
  }
}
