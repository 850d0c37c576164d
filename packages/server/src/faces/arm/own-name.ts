import { AppError } from '../../errors.ts'
import type { AzureRegistry } from '../../operations/manage/azure-registry.ts'
import { parseArmPath, type Place } from './parse-arm-path.ts'

const WORDS = { 'scope-map': ['scope map', 'scopeMaps'], token: ['token', 'tokens'] } as const

/**
 * The name in the id of a token or scope map of this registry.
 * @param field where the id stands in the request
 * @throws {AppError} `invalid`
 */
export function ownName(
  registry: AzureRegistry,
  type: keyof typeof WORDS,
  id: string,
  field: string,
): string {
  const path = parseArmPath(id)
  if (path?.type === type && isOf(registry, path.place)) return path.name
  const [what, list] = WORDS[type]
  throw new AppError(
    'invalid',
    `\`${field}\` must be the id of a ${what} of this registry: \`/subscriptions/…/registries/${registry.name}/${list}/NAME\``,
    { field },
  )
}

/** Whether all that a path names is this registry's. Azure's clients write names in the case that they were given. */
export function isOf({ subscription, name }: AzureRegistry, place: Place): boolean {
  const own = { subscription, group: name, registry: name }
  return Object.entries(place).every(
    ([part, text]) => own[part as keyof Place] === text.toLowerCase(), // a place has no other parts
  )
}
