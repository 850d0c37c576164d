import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../scripts/repository.ts'
import type { World } from './world.ts'

/** The environment of a person's shell: the command `wharden`, and a home of its own for what clients keep. */
export function makeHome(world: World, person: string): Readonly<Record<string, string>> {
  const home = world.path(`home-${person}`)
  const bin = join(home, 'bin')
  mkdirSync(bin, { recursive: true })
  const main = join(ROOT, 'packages/wharden/src/main.ts')
  writeFileSync(join(bin, 'wharden'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
    mode: 0o755,
  })
  return {
    HOME: home,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_RUNTIME_DIR: home,
    DOCKER_CONFIG: join(home, 'docker'),
    REGISTRY_AUTH_FILE: join(home, 'auth.json'),
    AZURE_CORE_COLLECT_TELEMETRY: 'no',
  }
}
