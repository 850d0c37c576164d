import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Door } from './job.ts'

/** What Go's clients offer, in their order. */
const CIPHERS = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256'

/** A connection that is open. The certificate is the benchmark's own: who is there isn't asked. */
export async function connect({ port, tls }: Door): Promise<Socket> {
  const socket = tls
    ? connectTls({
        host: '127.0.0.1',
        port,
        rejectUnauthorized: false,
        ciphers: CIPHERS,
        minVersion: 'TLSv1.3',
      })
    : connectPlain({ host: '127.0.0.1', port })
  await once(socket, tls ? 'secureConnect' : 'connect')
  socket.setNoDelay(true)
  return socket
}
