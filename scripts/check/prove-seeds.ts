import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installedTool, ROOT } from '../repository.ts'
import { runCommand } from '../run-command.ts'
import type { Outcome } from './outcome.ts'
import { RULES, SEEDS, type Seed } from './seeds.ts'

/**
 * Shows that the linter would notice: a tool that finds nothing in nothing also says "no violations".
 * Every seed must draw exactly the complaint that its row names.
 */
export async function proveSeeds(): Promise<Outcome> {
  const oxlint = installedTool('oxlint')
  if (oxlint === undefined)
    return { type: 'skipped', reason: 'oxlint is not installed: run `npm ci`', excused: false }
  const scratch = await mkdtemp(join(tmpdir(), 'wharden-seeds-'))
  try {
    await plant(scratch)
    const { output } = await runCommand(oxlint, ['--type-aware', '--format', 'json', '.'], { cwd: scratch })
    const surprises = surprisesIn(output)
    if (surprises.length > 0) return { type: 'failed', output: surprises.join('\n') }
    const caught = SEEDS.filter(({ rule }) => rule !== undefined).length
    return {
      type: 'passed',
      detail: `${caught} violations caught, ${SEEDS.length - caught} permitted imports let pass`,
    }
  } finally {
    await rm(scratch, { recursive: true })
  }
}

/** Globs in the configuration count from where it lies, so the scratch folder gets a copy and the tree's shape. */
async function plant(scratch: string): Promise<void> {
  await cp(join(ROOT, '.oxlintrc.json'), join(scratch, '.oxlintrc.json'))
  await cp(join(ROOT, 'tsconfig.json'), join(scratch, 'tsconfig.json'))
  await symlink(join(ROOT, 'node_modules'), join(scratch, 'node_modules'))
  for (const { path, source } of SEEDS) {
    await mkdir(dirname(join(scratch, path)), { recursive: true })
    await writeFile(join(scratch, path), source)
  }
}

function surprisesIn(output: string): readonly string[] {
  const complaints = parseComplaints(output)
  if (complaints === undefined) return [`oxlint did not answer with a list of complaints:\n${output}`]
  return SEEDS.flatMap((seed) => surpriseOf(seed, complaints))
}

function surpriseOf(seed: Seed, complaints: readonly Complaint[]): readonly string[] {
  const heard = complaints.filter(({ filename }) => filename === seed.path).map(({ code }) => code)
  const known = heard.filter((code) => RULES.some((rule) => rule === code))
  if (seed.rule === undefined)
    return known.length === 0 ? [] : [`permitted, but refused by ${known.join(', ')}:\n${quote(seed)}`]
  return known.includes(seed.rule) ? [] : [`not caught by ${seed.rule}:\n${quote(seed)}`]
}

function quote({ path, source }: Seed): string {
  return `  ${path}: ${source.split('\n', 1)[0]}`
}

type Complaint = { readonly filename: string; readonly code: string }

function parseComplaints(output: string): readonly Complaint[] | undefined {
  try {
    const answer: unknown = JSON.parse(output.slice(output.indexOf('{')))
    if (typeof answer !== 'object' || answer === null || !('diagnostics' in answer)) return undefined
    return Array.isArray(answer.diagnostics) ? answer.diagnostics : undefined
  } catch {
    return undefined
  }
}
