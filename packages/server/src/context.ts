import type { Logger } from 'pino'
import type { Site } from './sites.ts'

/** What every operation is told of the request it serves; made once, by the listener's plumbing. */
export type Context = {
  readonly requestId: string
  readonly site: Site
  /** The client's own address: the socket's, or what a trusted proxy says of it. */
  readonly address: string
  readonly userAgent: string
  /** Milliseconds since 1970, the same for the whole request. */
  readonly now: number
  readonly log: Logger
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}
