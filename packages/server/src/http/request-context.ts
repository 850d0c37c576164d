import type { ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { Site } from '../sites.ts'

type Fields = Omit<Context, 'signal'>

/** A class because it is made for every request: an object with a getter of its own takes ten times as long. */
export class RequestContext implements Context {
  readonly requestId: string
  readonly site: Site
  readonly address: string
  readonly userAgent: string
  readonly now: number
  readonly log: Logger
  readonly #response: ServerResponse
  #aborter: AbortController | undefined

  constructor(response: ServerResponse, { requestId, site, address, userAgent, now, log }: Fields) {
    this.requestId = requestId
    this.site = site
    this.address = address
    this.userAgent = userAgent
    this.now = now
    this.log = log
    this.#response = response
  }

  /** Few ask for it. */
  get signal(): AbortSignal {
    if (this.#aborter !== undefined) return this.#aborter.signal
    const made = new AbortController()
    this.#aborter = made
    this.#response.once('close', () => made.abort())
    if (this.#response.closed) made.abort()
    return made.signal
  }
}
