#!/usr/bin/env node
import module from 'node:module'

// Before anything else is loaded, so that all of it comes from the cache the next time.
module.enableCompileCache()

const argv = process.argv.slice(2)
if (argv.length === 1 && argv[0] === 'serve') {
  // A server needs none of the command line, which would stay in its memory: 12 MB and 60 ms.
  const { serveHere } = await import('./serve-here.ts')
  process.exitCode = await serveHere()
} else {
  const { run } = await import('./run.ts')
  process.exitCode = await run(argv)
}
