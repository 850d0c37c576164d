import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from './world.ts'

/** A folder whose Dockerfile begins with an image of some registry. */
export function makeBuildContext(world: World, reference: string): string {
  const directory = world.path(`build-${randomUUID()}`)
  mkdirSync(directory)
  writeFileSync(join(directory, 'Dockerfile'), `FROM ${reference}\nCOPY Dockerfile /again\n`)
  return directory
}
