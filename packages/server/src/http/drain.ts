import type { IncomingMessage, ServerResponse } from 'node:http'

const MOST_BYTES = 8 * 1024 * 1024
const PATIENCE_MILLISECONDS = 2_000
const TICK_MILLISECONDS = 100

/**
 * Deals with what a client still sends when its answer is out already. A little of it is read and thrown away: closing
 * at once would make the system reset the connection, and a client that writes before it reads would never hear why
 * (RFC 9112 §9.6). If that was all, the connection goes on; who sends more, or dawdles, is cut off.
 */
export function drainAfter(request: IncomingMessage, response: ServerResponse): void {
  if (!hasBody(request)) return
  response.once('finish', () => {
    if (!request.complete) drain(request)
  })
}

/** RFC 9112 §6.3: a request has one if it says so. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}

function drain(request: IncomingMessage): void {
  const { socket } = request
  const cutAt = performance.now() + PATIENCE_MILLISECONDS
  const start = socket.bytesRead
  request.on('error', () => undefined).resume()
  // What Node throws away by itself tells of no data, so the socket is asked how much came.
  const ticking = setInterval(() => {
    const done = request.complete || socket.destroyed
    const enough = performance.now() > cutAt || socket.bytesRead - start > MOST_BYTES
    if (enough && !done) socket.destroy()
    if (enough || done) clearInterval(ticking)
  }, TICK_MILLISECONDS).unref()
}
