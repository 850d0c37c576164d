import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDirectory } from './lock-file.ts'

const NOW = Date.UTC(2026, 10, 21)
const MODULE = new URL('./lock-file.ts', import.meta.url).href
/** Takes the lock, says how that went, and stays until it is killed. */
const HOLDER = `
  const { lockDirectory } = await import(${JSON.stringify(MODULE)})
  const taken = await lockDirectory(process.argv[1], ${NOW})
  process.stdout.write(taken.type)
  setInterval(() => taken, 60_000)
`

let directory = ''
const children: ChildProcess[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-lock-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  await rm(directory, { recursive: true, force: true })
})

test('a directory is held once, also against the same process, until it is closed', async () => {
  const first = await lockDirectory(directory, NOW)
  if (first.type === 'error') throw new Error(first.error.message)
  const second = await lockDirectory(directory, NOW)
  expect(second).toMatchObject({ type: 'error', error: { type: 'held', owner: { pid: process.pid } } })
  await first.value.close()
  await first.value.close()
  const third = await lockDirectory(directory, NOW)
  expect(third.type).toBe('ok')
  if (third.type === 'ok') await third.value.close()
})

test('another process holds it until it is killed without warning, and then nothing is left to clean', async () => {
  const child = await holder()
  const refused = await lockDirectory(directory, NOW)
  expect(refused).toMatchObject({ type: 'error', error: { type: 'held', owner: { pid: child.pid } } })
  if (refused.type === 'error') {
    const since = '2026-11-21T00:00:00.000Z'
    expect(refused.error.message).toBe(
      `the data directory \`${directory}\` is in use by process ${child.pid} on \`${hostname()}\` (since ${since}): stop it, or choose another directory`,
    )
  }
  await kill(child)
  const taken = await lockDirectory(directory, NOW)
  expect(taken.type).toBe('ok')
  if (taken.type === 'ok') await taken.value.close()
})

test('of several processes starting over a dead one exactly one gets it', async () => {
  await kill(await holder())
  const outcomes = await Promise.all(Array.from({ length: 4 }, async () => output(start())))
  expect(outcomes.toSorted()).toEqual(['error', 'error', 'error', 'ok'])
})

test('a directory that is not there is said to be unusable', async () => {
  const outcome = await lockDirectory(join(directory, 'missing'), NOW)
  expect(outcome).toMatchObject({ type: 'error', error: { type: 'unusable' } })
})

function start(): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

async function output(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no pipe')
  const [said]: unknown[] = await once(child.stdout, 'data')
  return String(said)
}

async function holder(): Promise<ChildProcess> {
  const child = start()
  expect(await output(child)).toBe('ok')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
