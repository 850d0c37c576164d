import { join } from 'node:path'
import { writeFileDurably } from '@wharden/system'
import { startApp, type App } from './app.ts'
import { readConfig, type Config } from './config.ts'
import { blobLocation, describeBlobs } from './blob-location.ts'
import { AppError } from './errors.ts'
import { createLog } from './log.ts'
import { ensureSetupLink } from './operations/manage/create-setup-link.ts'
import { StoreError } from './stores/metadata/store-error.ts'

export type ServeOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where people read: the banner and the set-up link. */
  readonly print: (text: string) => void
  /** Aborted when the server is to stop. */
  readonly signal: AbortSignal
}

/**
 * Runs the server until it is told to stop.
 * @returns the exit code: 0 after an orderly end, 1 if it couldn't start (and the reason was printed), 2 for wrong settings
 */
export async function serve({ environment, print, signal }: ServeOptions): Promise<number> {
  const config = readConfig(environment)
  if (config.type === 'error') {
    print(
      ['wharden can not start with these settings:', ...config.error.map((problem) => `  ${problem}`)].join(
        '\n',
      ),
    )
    return 2
  }
  let app: App
  try {
    app = await startApp(config.value, createLog(config.value.logLevel))
  } catch (cause) {
    if (!(cause instanceof AppError) && !(cause instanceof StoreError)) throw cause
    print(`wharden can not start: ${cause.message}`)
    return 1
  }
  try {
    await announce(app, config.value, print)
    await aborted(signal)
    print('stopping: running requests are ended first')
    return 0
  } finally {
    await app.close()
  }
}

/** Tells people where to go, and the command line of this machine where the server is and what to trust. */
async function announce(app: App, config: Config, print: (text: string) => void): Promise<void> {
  const { httpPort, httpsPort } = app.listeners.ports
  const at = (scheme: string, port: number | undefined) =>
    port === undefined ? [] : [`${scheme}://${config.host}:${port}`]
  const configured = config.origins.map(({ origin }) => origin)
  const urls = [...configured, ...at('https', httpsPort), ...at('http', httpPort)]
  const authority = app.listeners.authority
  const ca = join(config.dataDirectory, 'ca.crt')
  if (authority !== undefined) await writeFileDurably(ca, authority.certificate)
  await writeFileDurably(
    join(config.dataDirectory, 'server.json'),
    JSON.stringify({ pid: process.pid, urls }, undefined, 2),
  )
  const setup = await ensureSetupLink(app.house)
  const lines = [
    `wharden serves at ${urls.join(' and ')}`,
    `  data      ${config.dataDirectory}`,
    `  blobs     ${describeBlobs(blobLocation(config))}`,
  ]
  if (authority !== undefined)
    lines.push(
      `  trust     \`wharden trust\` shows how clients come to trust its certificate authority (${ca})`,
    )
  if (setup.type === 'waiting') {
    lines.push(
      '',
      'Nobody can sign in yet. Open this link once to make the first administrator (or run `wharden setup`):',
      `  ${configured[0] ?? linkOrigin(urls)}/setup?secret=${setup.secret.reveal()}`,
      `It works until ${new Date(setup.expiresAt).toISOString()}; restarting the server makes a new one.`,
    )
  }
  print(lines.join('\n'))
}

/** A browser on this machine doesn't trust the built-in authority yet; loopback needs no TLS. */
function linkOrigin(urls: readonly string[]): string {
  return urls.find((url) => url.startsWith('http://')) ?? urls[0] ?? ''
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
