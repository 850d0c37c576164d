import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const LOG = join(import.meta.dirname, 'log.ts')

/** Logs until the first lines have surely been tried, and ends by itself. */
const SCRIPT = `
  const { createLog } = await import(${JSON.stringify(LOG)})
  const log = createLog('info')
  for (let line = 1; line <= 20; line += 1) {
    log.info({ line }, 'something happened')
    await new Promise(setImmediate)
  }
`

// Linux's file that is always full.
test.skipIf(!existsSync('/dev/full'))(
  'a log that cannot be written neither stops nor hangs the process',
  async () => {
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      stdio: ['ignore', 'ignore', full],
      timeout: 15_000,
    })
    closeSync(full)
    expect(await once(child, 'exit')).toEqual([0, null])
  },
)
