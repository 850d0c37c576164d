import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeMachine, type Machine } from '../support/machine.ts'
import type { Step } from './step.ts'

export const DATABASES = ['SQLite', 'PostgreSQL'] as const
type Database = (typeof DATABASES)[number]

export type KeptSteps = { readonly at: string; readonly machine: Machine; readonly steps: readonly Step[] }

export async function keepSteps(
  database: Database,
  directory: string,
  steps: readonly Step[],
): Promise<void> {
  const kept: KeptSteps = { at: new Date().toISOString(), machine: await describeMachine(directory), steps }
  await writeFile(fileOf(database), `${JSON.stringify(kept, undefined, 2)}\n`)
}

/** What was found last, if anything was. */
export async function readSteps(database: Database): Promise<KeptSteps | undefined> {
  const text = await readFile(fileOf(database), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}

function fileOf(database: Database): string {
  return join(import.meta.dirname, '..', 'results', `size-${database.toLowerCase()}.json`)
}
