/**
 * For those who watch: `/health/live` (the process turns over) and `/health/ready` (it can decide and store).
 * Says nothing of what is inside to whoever asks.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { House } from '../../operations/house.ts'

/** A database that answers slower than this is as good as none to a load balancer. */
const PATIENCE = 2_000

const METHODS = ['GET', 'HEAD']

type Probe = '/health/live' | '/health/ready'

export function healthFace(house: House) {
  return (probe: Probe, request: IncomingMessage, response: ServerResponse): void => {
    if (!METHODS.includes(request.method ?? '')) {
      response.setHeader('allow', METHODS.join(', '))
      say(response, 405, 'not a question')
    } else if (probe === '/health/live') say(response, 200, 'live')
    else void isReady(house).then((ready) => say(response, ready ? 200 : 503, ready ? 'ready' : 'not ready'))
  }
}

function say(response: ServerResponse, status: number, what: string): void {
  const body = JSON.stringify({ status: what })
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

async function isReady(house: House): Promise<boolean> {
  return !house.stopping.aborted && house.generation.confirmed() && (await answers(house))
}

async function answers(house: House): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), PATIENCE)
  house.store.ping().then(
    () => resolve(true),
    () => resolve(false),
  )
  return promise.finally(() => clearTimeout(timer))
}
