import type { Client } from '../client/open-client.ts'
import { largeFiles, sweepPushed, type Image } from '../registries/image.ts'
import type { Registry } from '../registries/registry.ts'
import type { Sample } from '../report/results.ts'
import type { ComparedRow } from './compared.ts'
import { measure } from './measure.ts'

export type Pace = {
  /** How often each registry has its turn. */
  readonly rounds: number
  /** How long a turn takes, for rows that could go on for ever. */
  readonly milliseconds: number
}

/** Milliseconds. What a server does all day is compiled by its engine after some thousand times; Go's is from the start. */
const WARM_UP = 3_000

/** As many clients with a token of their own: what is known of one token is not all that is asked. */
const TOKENS = 16

/** One row: a turn for each registry, in rounds. */
export async function compareRow(
  client: Client,
  row: ComparedRow,
  registries: readonly Registry[],
  image: Image,
  { rounds, milliseconds }: Pace,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  // Round 0 warms up, and isn't taken down.
  for (let round = 0; round <= rounds; round += 1)
    for (const registry of registries) {
      const length = round === 0 ? WARM_UP : milliseconds
      const measured = await turn(client, row, registry, image, length)
      if (round > 0) samples.push({ row: row.id, registry: registry.name, round, ...measured })
    }
  return samples
}

async function turn(
  client: Client,
  row: ComparedRow,
  registry: Registry,
  image: Image,
  milliseconds: number,
) {
  const entrance = registry[row.entrance]
  const tokens = await Promise.all(Array.from({ length: TOKENS }, () => registry.token(entrance)))
  const least = image.large.bytes.length
  const before = row.leaves === undefined ? [] : await largeFiles(registry.blobs, least)
  const job = row.job({ registry, entrance, image, tokens, milliseconds })
  const measured = await measure(client, entrance.pids, row.unit, job)
  if (row.leaves !== undefined) await sweepPushed(registry, new Set(before), least)
  return measured
}
