import { mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { startDaemon, type Daemon } from './daemon.ts'

/** A server process, and what its operator reads off its first lines. */
export type LaunchedWharden = {
  readonly daemon: Daemon
  /** The plain-HTTP address of the administration API. */
  readonly url: string
  /** The one-time secret it printed, if nobody can sign in yet. */
  readonly setupSecret: string | undefined
}

export type Launch = {
  readonly directory: string
  readonly host: string
  readonly httpPort: number
  readonly environment: Readonly<Record<string, string>>
}

const MAIN = resolve(import.meta.dirname, '../../packages/wharden/src/main.ts')

/** Starts the product as an operator would, `wharden serve` in a process of its own, and waits until it serves. */
export async function launchWharden({
  directory,
  host,
  httpPort,
  environment,
}: Launch): Promise<LaunchedWharden> {
  mkdirSync(directory, { recursive: true })
  const url = `http://${host}:${httpPort}`
  const logFile = `${directory}.log`
  const daemon = await startDaemon(process.execPath, [MAIN, 'serve'], {
    env: {
      WHARDEN_DATA: directory,
      WHARDEN_HOST: host,
      WHARDEN_HTTP_PORT: String(httpPort),
      WHARDEN_METRICS_PORT: 'off',
      ...environment,
    },
    logFile,
    // It answers a moment before it has told people where, and how to sign in.
    ready: async () =>
      readFileSync(logFile, 'utf8').includes('serves at') && (await fetch(`${url}/health/ready`)).ok,
  })
  return { daemon, url, setupSecret: /secret=(whd_set_\w+)/.exec(daemon.log())?.[1] }
}
