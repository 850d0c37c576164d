import { InvalidArgumentError } from 'commander'

/** As an option has it: commander would make an empty text of null. */
export type PullLimitOption = number | 'none'

/** For commander: pulls in six hours, or `none` for any number. */
export function parsePullLimit(text: string): PullLimitOption {
  if (text === 'none') return text
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('say how many pulls in six hours, or `none`')
}

/** As the API has it; ready to be spread into an input where it may be absent. */
export function pullLimitOf<Field extends string>(
  field: Field,
  given: PullLimitOption | undefined,
): { readonly [Name in Field]?: number | null } {
  const named: { [Name in Field]?: number | null } = {}
  if (given !== undefined) named[field] = given === 'none' ? null : given
  return named
}
