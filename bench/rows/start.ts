import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { OURS, type RowTitle, type Sample } from '../report/results.ts'
import { cpuSeconds, memoryOf, treeOf } from '../../e2e/support/process-tree.ts'

export const READY: RowTitle = {
  id: 'ready',
  title: 'start to the first answer, and memory when idle',
  unit: 'start',
}

const MAIN = resolve(import.meta.dirname, '../../packages/wharden/src/main.ts')
const LONGEST = 20_000
/** What is left to do after a start is done by then. */
const SETTLED = 3_000

/** From the process's start until `/health/ready` says 200 (`p50`, milliseconds), and its memory when it has settled (`peak`). */
export async function measureStart(data: string, port: number, round: number): Promise<Sample> {
  const environment = {
    WHARDEN_DATA: data,
    WHARDEN_HTTP_PORT: String(port),
    WHARDEN_HTTPS_PORT: '0',
    WHARDEN_METRICS_PORT: '0',
  }
  const began = performance.now()
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  try {
    await ready(port, began + LONGEST)
    const took = Math.round(performance.now() - began)
    await pause(SETTLED)
    const tree = treeOf([child.pid ?? 0])
    const rate = Number((1_000 / took).toPrecision(4))
    const peak = Math.round(memoryOf(tree).now)
    return {
      row: READY.id,
      registry: OURS,
      round,
      cpuSeconds: cpuSeconds(tree),
      rate,
      p50: took,
      p99: took,
      peak,
    }
  } finally {
    child.kill('SIGTERM')
    await exited
  }
}

async function ready(port: number, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    await response?.arrayBuffer()
    if (response?.status === 200) return
    await pause(5)
  }
  throw new Error(`nothing was ready on port ${port}`)
}
