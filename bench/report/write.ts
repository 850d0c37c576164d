import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Results } from './results.ts'

/** Keeps the raw rows. @returns where */
export async function writeResults(results: Results): Promise<string> {
  const path = join(import.meta.dirname, '..', 'results', `${results.mode}.json`)
  await writeFile(path, `${JSON.stringify(results, undefined, 1)}\n`)
  return path
}
