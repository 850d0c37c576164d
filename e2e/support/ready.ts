/** Ways to ask a server whether it is there yet. */
import { connect, type NetConnectOpts } from 'node:net'

/** @returns a question: does something listen at this port, or on this unix socket? */
export function listensAt(where: NetConnectOpts): () => Promise<boolean> {
  return () =>
    new Promise((resolve) => {
      const socket = connect(where)
      socket.on('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
}
