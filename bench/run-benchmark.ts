import type { BenchmarkOptions } from './options.ts'
import { measureBesidePeers } from './measure-beside-peers.ts'
import { measureOurselves } from './measure-ourselves.ts'
import type { Results } from './report/results.ts'
import { describeMachine } from './support/machine.ts'
import { makeCertificate } from './support/make-certificate.ts'

export async function runBenchmark(options: BenchmarkOptions): Promise<Results> {
  const started = performance.now()
  const at = new Date().toISOString()
  const machine = await describeMachine(options.directory)
  const certificate = await makeCertificate(options.directory)
  const beside = await measureBesidePeers(options, certificate)
  const own = await measureOurselves(options, certificate)
  return {
    at,
    mode: options.mode,
    seconds: Math.round((performance.now() - started) / 1_000),
    machine,
    registries: beside.registries.map(({ name, version, configuration }) => ({
      name,
      version,
      configuration,
    })),
    missing: beside.missing,
    rows: [...beside.rows, ...own.rows],
    samples: [...beside.samples, ...own.samples],
  }
}
