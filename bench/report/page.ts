/** The page people read, made of the raw rows and of nothing else: `bench/README.md`. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installedTool } from '../../scripts/repository.ts'
import { run } from '../../e2e/support/run.ts'
import { judge, type Verdict } from './floors.ts'
import { readResults } from './keep.ts'
import { spreadText } from './print.ts'
import { SHORTFALLS } from './shortfalls.ts'
import { sizeSection } from './size-section.ts'
import { table } from './table.ts'
import { overPeer, spreadOf, valuesOf, type Results, type Sample } from './results.ts'

const PAGE = join(import.meta.dirname, '..', 'README.md')

export async function writePage(): Promise<void> {
  const parts = [INTRODUCTION]
  for (const mode of ['full', 'quick'] as const) {
    const results = await readResults(mode)
    if (results !== undefined) parts.push(...sectionOf(results))
  }
  parts.push(...(await sizeSection()))
  await writeFile(PAGE, `${parts.join('\n\n')}\n`)
  const format = installedTool('oxfmt')
  if (format !== undefined) await run(format, [PAGE, join(import.meta.dirname, '..', 'results')])
}

const INTRODUCTION = `<!-- Written by \`npm run bench\` from the rows in results/. -->

# Benchmarks

\`npm run bench\` (a few minutes) and \`npm run bench -- --full\` measure the real server process, with policies, activity,
metrics and logs on, beside other registries on the same machine: one after the other, in rounds. Everybody verifies a
signed token at each request; the peers run with their fastest usual settings and trust our token service. The client is
a process of its own.

CPU is what all threads of the server's processes used, user and system, for each unit. Ratios are taken round by round;
in parentheses the least and the most of the rounds. Rates and times also depend on what else the machine does, and on the
client, which shares its cores.

By themselves: \`bench/policy.ts\` (decisions), \`bench/tokens.ts\` (signing, verifying), \`bench/metadata.ts\` (stores),
\`bench/blobs.ts\` (bytes), \`bench/size.ts\` ([very many scope maps and tokens](#size)).`

function sectionOf(results: Results): readonly string[] {
  const { mode, at, seconds, machine, registries, missing } = results
  const verdicts = judge(results)
  return [
    `## The ${mode} run`,
    `${at.slice(0, 16).replace('T', ' ')} UTC, ${seconds} s, commit \`${machine.commit}\`. ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB; ${machine.system}, Linux ${machine.kernel}, Node ${machine.node} (OpenSSL ${machine.openssl}); data on ${machine.dataFileSystem}. Load before it began: \`${machine.loadBefore}\`.`,
    '### Floors and goals',
    table(['', 'measured', 'floor', 'goal', ''], verdicts.map(verdictRow)),
    ...shortfallsOf(verdicts),
    '### Rows',
    table(
      [
        'row',
        'for each',
        'registry',
        'CPU s',
        'a second',
        'p50 ms',
        'p99 ms',
        'peak MiB',
        'CPU, ours over the best peer’s',
      ],
      rowsOf(results),
    ),
    '### Registries',
    table(
      ['registry', 'version', 'configuration'],
      [
        ...registries.map(({ name, version, configuration }) => [
          name,
          version,
          `\`${configuration.trim().replaceAll('\n', '; ')}\``,
        ]),
        ...missing.map(({ name, reason }) => [name, 'not measured', reason.replaceAll('|', '/')]),
      ],
    ),
  ]
}

/** Why, for what is missed, and for goals. */
function shortfallsOf(verdicts: readonly Verdict[]): readonly string[] {
  const short = verdicts.filter(({ met }) => met !== 'goal')
  const reasons = Object.entries(SHORTFALLS).flatMap(([key, reason]) => {
    const titles = short.filter(({ shortfall }) => shortfall === key).map(({ title }) => title)
    return titles.length === 0 ? [] : [`- ${titles.join('; ')}: ${reason}`]
  })
  return reasons.length === 0
    ? []
    : ['What stands in the way of the goals, and what would mend it:', reasons.join('\n')]
}

function verdictRow({ title, value, unit, floor, goal, better, met }: Verdict): readonly string[] {
  const mark = better === 'more' ? '≥' : '≤'
  return [
    title,
    spreadText(value) + unit,
    `${mark} ${floor}`,
    `${mark} ${goal}`,
    met === 'missed' ? '**missed**' : `${met} met`,
  ]
}

function rowsOf(results: Results): readonly (readonly string[])[] {
  return results.rows.flatMap(({ id, title, unit }) => {
    const names = [
      ...new Set(results.samples.filter(({ row }) => row === id).map(({ registry }) => registry)),
    ]
    return names.map((name, index) => {
      const of = (value: (sample: Sample) => number) =>
        spreadText(spreadOf(valuesOf(results, id, name, value)))
      return [
        index === 0 ? title : '',
        index === 0 ? unit : '',
        name,
        of(({ cpuSeconds }) => cpuSeconds),
        of(({ rate }) => (unit === '1,000 operations' ? rate * 1_000 : rate)),
        of(({ p50 }) => p50),
        of(({ p99 }) => p99),
        of(({ peak }) => peak),
        index === 0 ? spreadText(overPeer(results, id, ({ cpuSeconds }) => cpuSeconds)) : '',
      ]
    })
  })
}
