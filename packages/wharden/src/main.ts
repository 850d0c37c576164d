#!/usr/bin/env node
import module from 'node:module'

// Before anything else is loaded, so that all of it comes from the cache the next time.
module.enableCompileCache()

const { run } = await import('./run.ts')
process.exitCode = await run(process.argv.slice(2))
