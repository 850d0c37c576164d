/** Keeps results and reads them back: what was measured where as JSON, the raw rows as CSV. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Results, Sample } from './results.ts'

type Mode = Results['mode']

const DIRECTORY = join(import.meta.dirname, '..', 'results')
const COLUMNS = ['row', 'registry', 'round', 'cpuSeconds', 'rate', 'p50', 'p99', 'peak'] as const

export async function keepResults({ samples, ...about }: Results): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true })
  await writeFile(join(DIRECTORY, `${about.mode}.json`), `${JSON.stringify(about, undefined, 2)}\n`)
  const lines = samples.map((sample) => COLUMNS.map((column) => quoted(sample[column])).join(','))
  await writeFile(join(DIRECTORY, `${about.mode}.csv`), `${[COLUMNS.join(','), ...lines].join('\n')}\n`)
}

/** @returns undefined where none were kept */
export async function readResults(mode: Mode): Promise<Results | undefined> {
  if (!existsSync(join(DIRECTORY, `${mode}.csv`))) return undefined
  // Both files are our own.
  const about = JSON.parse(await readFile(join(DIRECTORY, `${mode}.json`), 'utf8')) as Omit<
    Results,
    'samples'
  >
  const [, ...lines] = (await readFile(join(DIRECTORY, `${mode}.csv`), 'utf8')).trimEnd().split('\n')
  return { ...about, samples: lines.map(sampleOf) }
}

function quoted(value: string | number): string {
  return typeof value === 'string' && value.includes(',') ? `"${value}"` : String(value)
}

function sampleOf(line: string): Sample {
  const fields = [...line.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, inside, plain]) => inside ?? plain ?? '')
  const [row = '', registry = '', ...numbers] = fields
  const [round = 0, cpuSeconds = 0, rate = 0, p50 = 0, p99 = 0, peak = 0] = numbers.map(Number)
  return { row, registry, round, cpuSeconds, rate, p50, p99, peak }
}
