import { join } from 'node:path'
import { openClient } from './client/open-client.ts'
import { PACE, wants, type BenchmarkOptions } from './options.ts'
import { startDistribution } from './registries/distribution.ts'
import { makeImage, pushImage } from './registries/image.ts'
import type { Found, Registry } from './registries/registry.ts'
import { startWharden, type Wharden } from './registries/wharden.ts'
import { startZot } from './registries/zot.ts'
import type { Results, RowTitle, Sample } from './report/results.ts'
import { BESIDE_PUSH, measureBesidePush } from './rows/beside-push.ts'
import { compareRow } from './rows/compare.ts'
import { COMPARED } from './rows/compared.ts'
import { close } from './support/close.ts'
import type { Certificate } from './support/make-certificate.ts'

const LARGE = 256 * 1024 * 1024
const BESIDE_MILLISECONDS = 2_000

type Beside = Pick<Results, 'rows' | 'samples' | 'missing'> & { readonly registries: readonly Registry[] }

/** All registries at once, each with the same image, asked in turn: what the others do meanwhile is nothing. */
export async function measureBesidePeers(
  options: BenchmarkOptions,
  certificate: Certificate,
): Promise<Beside> {
  const { mode, directory, say } = options
  await using stack = new AsyncDisposableStack()
  const client = stack.adopt(await openClient(), close)
  const second = stack.adopt(await openClient(), close)
  const wharden = stack.adopt(
    await startWharden({ directory: join(directory, 'wharden'), certificate }),
    close,
  )
  const found = await findPeers(options, wharden, certificate)
  const registries: readonly Registry[] = [
    wharden,
    ...found.flatMap((one) => (one.type === 'ok' ? [stack.adopt(one.registry, close)] : [])),
  ]
  const image = makeImage(LARGE)
  for (const registry of registries) await pushImage(registry, image)

  const rows: RowTitle[] = []
  const samples: Sample[] = []
  for (const row of COMPARED.filter(({ id }) => wants(options, id))) {
    say(row.title)
    rows.push({ id: row.id, title: row.title, unit: row.unit })
    samples.push(...(await compareRow(client, row, registries, image, PACE[mode])))
  }
  if (wants(options, BESIDE_PUSH.id)) {
    say(BESIDE_PUSH.title)
    rows.push(BESIDE_PUSH)
    for (let round = 1; round <= PACE[mode].rounds; round += 1) {
      const turn = { round, milliseconds: BESIDE_MILLISECONDS }
      for (const registry of registries)
        samples.push(await measureBesidePush([client, second], registry, image, turn))
    }
  }
  const missing = found.flatMap((one) => (one.type === 'ok' ? [] : [{ name: one.name, reason: one.reason }]))
  return { registries, missing, rows, samples }
}

async function findPeers(
  { mode, directory }: BenchmarkOptions,
  wharden: Wharden,
  certificate: Certificate,
): Promise<readonly Found[]> {
  const distribution = (version: '2.8' | '3.1') =>
    startDistribution(version, wharden, join(directory, `distribution-${version}`), certificate)
  const best = [await distribution('3.1'), await startZot(wharden, join(directory, 'zot'), certificate)]
  return mode === 'quick' ? best : [...best, await distribution('2.8')]
}
