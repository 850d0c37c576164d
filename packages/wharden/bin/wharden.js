#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: the rest is TypeScript, which only newer ones run from source. An older
// one that a shell or `sudo` happens to find hands over to the one that `npm ci` brought along.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major >= 24) await import('../src/main.ts')
else await handOver()

async function handOver() {
  const { spawn } = await import('node:child_process')
  const { fileURLToPath } = await import('node:url')
  const { existsSync } = await import('node:fs')
  const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url))
  const pinned = path('../../../node_modules/.bin/node')
  if (!existsSync(pinned)) {
    console.error(
      `error: wharden needs Node 24 or newer; this is ${process.version}, and \`npm ci\` brought no other`,
    )
    process.exitCode = 1
    return
  }
  const child = spawn(pinned, [path('../src/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
  const pass = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal)
  // A terminal's Ctrl-C reaches the child by itself: a second one here would end it in the middle of its work.
  process
    .on('SIGINT', () => undefined)
    .on('SIGTERM', pass)
    .on('SIGHUP', pass)
  child.on('close', (code) => process.exit(code ?? 1))
}
