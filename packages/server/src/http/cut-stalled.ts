import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/**
 * Ends a connection whose client has stopped taking its answer: else whoever asks for much and reads nothing holds a file
 * and its buffers for as long as they like. While we still think about the answer, silence is no fault of the client's;
 * and bodies that come in have clocks of their own where they are read.
 */
export function cutStalled(request: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  // What tests inject comes by no socket.
  if (!(request.socket instanceof Socket)) return
  request.socket.setTimeout(milliseconds)
  response.on('timeout', () => {
    if (response.headersSent) response.destroy()
  })
}
