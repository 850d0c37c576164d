import { serve } from '@wharden/server'
import { join } from 'node:path'

export type DemoServer = {
  /** `http://localhost:PORT` */
  readonly origin: string
  /** `localhost:PORT`, as images are named. */
  readonly registry: string
  /** What makes the first administrator. */
  readonly setupLink: string
  readonly close: () => Promise<void>
}

/**
 * Starts a server in this process, on a free port of this machine. Plain HTTP, so that no client has to be made to trust
 * anything.
 * @throws {Error} with what the server printed, when it doesn't start
 */
export async function startDemoServer(directory: string): Promise<DemoServer> {
  const stop = new AbortController()
  const printed = Promise.withResolvers<string>()
  const ended = serve({
    environment: {
      WHARDEN_DATA: join(directory, 'data'),
      WHARDEN_HTTP_PORT: '0',
      WHARDEN_HTTPS_PORT: 'off',
      WHARDEN_METRICS_PORT: 'off',
      WHARDEN_LOG: 'error',
    },
    print: printed.resolve,
    signal: stop.signal,
  })
  ended.then(() => printed.reject(new Error('the server ended without a word')), printed.reject)
  const banner = await printed.promise
  const setupLink = /^ *(https?:\/\/\S+\/setup\S+)$/m.exec(banner)?.[1]
  if (setupLink === undefined) throw new Error(banner)
  const { origin, host } = new URL(setupLink)
  const close = async () => {
    stop.abort()
    await ended
  }
  return { origin, registry: host, setupLink, close }
}
