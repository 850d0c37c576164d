import { AppError } from '../errors.ts'
import type { Caller } from './caller.ts'
import { gatherFacts } from './gather-facts.ts'
import type { House } from './house.ts'

/**
 * Turns a credential that is bound to addresses away from others, before anything is done, asked or listed.
 * @throws {AppError} `denied`
 */
export async function requireAddress(house: House, caller: Caller): Promise<void> {
  const { address } = await gatherFacts(house, caller, { type: 'installation' }, {})
  if (address?.type !== 'outside') return
  throw new AppError(
    'denied',
    `this token may not be used from \`${address.client}\`: it is bound to other addresses`,
  )
}
