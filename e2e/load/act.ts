import type { Administrator } from '../support/administrator.ts'
import type { Door } from './door.ts'
import type { Estate } from './estate.ts'
import type { Random } from '../support/random.ts'
import type { Tally } from './tally.ts'

/** What a worker has in hand. */
export type Shift = {
  readonly door: Door
  readonly estate: Estate
  readonly random: Random
  readonly tally: Tally
  readonly admin: Administrator
}

/** One thing people and machines do. It throws when anything was answered that the protocol doesn't call for. */
export type Act = (shift: Shift) => Promise<void>
