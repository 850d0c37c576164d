import { join } from 'node:path'
import { openClient } from './client/open-client.ts'
import { startDistribution } from './registries/distribution.ts'
import { makeImage, pushImage } from './registries/image.ts'
import type { Found, Registry } from './registries/registry.ts'
import { startWharden, type Wharden } from './registries/wharden.ts'
import type { Results, RowTitle, Sample } from './report/results.ts'
import { compareRow, type Pace } from './rows/compare.ts'
import { COMPARED } from './rows/compared.ts'
import { describeMachine } from './support/machine.ts'
import { makeCertificate, type Certificate } from './support/make-certificate.ts'

export type BenchmarkOptions = {
  readonly mode: 'quick' | 'full'
  readonly directory: string
  /** Beginnings of row ids; all where there are none. */
  readonly rows: readonly string[] | undefined
  /** How far it has come. */
  readonly say: (line: string) => void
}

const LARGE = 256 * 1024 * 1024

const PACE: { readonly [Mode in BenchmarkOptions['mode']]: Pace } = {
  quick: { rounds: 3, milliseconds: 1_500 },
  full: { rounds: 6, milliseconds: 4_000 },
}

export async function runBenchmark({ mode, directory, rows, say }: BenchmarkOptions): Promise<Results> {
  const started = performance.now()
  const at = new Date().toISOString()
  const machine = await describeMachine(directory)
  const certificate = await makeCertificate(directory)
  await using stack = new AsyncDisposableStack()
  const client = stack.adopt(await openClient(), (opened) => opened.close())
  const wharden = stack.adopt(
    await startWharden({ directory: join(directory, 'wharden'), certificate }),
    (open) => open.close(),
  )
  const found = await startPeers(mode, wharden, directory, certificate)
  const peers = found.flatMap((one) => (one.type === 'ok' ? [one.registry] : []))
  for (const peer of peers) stack.defer(() => peer.close())
  const registries: readonly Registry[] = [wharden, ...peers]
  const image = makeImage(LARGE)
  for (const registry of registries) await pushImage(registry, image)

  const wanted = (id: string) => rows === undefined || rows.some((row) => id.startsWith(row))
  const samples: Sample[] = []
  const titles: RowTitle[] = []
  for (const row of COMPARED) {
    if (!wanted(row.id)) continue
    say(`${Math.round((performance.now() - started) / 1_000)} s: ${row.title}`)
    titles.push({ id: row.id, title: row.title, unit: row.unit })
    samples.push(...(await compareRow(client, row, registries, image, PACE[mode])))
  }
  return {
    at,
    mode,
    seconds: Math.round((performance.now() - started) / 1_000),
    machine,
    registries: registries.map(({ name, version, configuration }) => ({ name, version, configuration })),
    missing: found.flatMap((one) => (one.type === 'ok' ? [] : [{ name: one.name, reason: one.reason }])),
    rows: titles,
    samples,
  }
}

async function startPeers(
  mode: BenchmarkOptions['mode'],
  wharden: Wharden,
  directory: string,
  certificate: Certificate,
): Promise<readonly Found[]> {
  const three = await startDistribution('3.1', wharden, join(directory, 'distribution-3'), certificate)
  if (mode === 'quick') return [three]
  return [three, await startDistribution('2.8', wharden, join(directory, 'distribution-2'), certificate)]
}
