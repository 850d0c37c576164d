/** Bytes on a socket, for what no HTTP library would send. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { basic, type Login } from './client.ts'

/** All that came back until the server closed the connection, or `patience` milliseconds of silence were over. */
export async function converse(
  port: number,
  bytes: string | Uint8Array,
  { patience = 5_000, halfClose = false }: { readonly patience?: number; readonly halfClose?: boolean } = {},
): Promise<string> {
  const socket = await open(port)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.setTimeout(patience, () => socket.destroy())
  if (halfClose) socket.end(bytes)
  else socket.write(bytes)
  await closed
  return Buffer.concat(chunks).toString('latin1')
}

/** Status lines and bodies of everything a server said on one connection. */
export function statusesOf(said: string): readonly number[] {
  return [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}

/** Begins a request, sends a part of its body, and breaks the connection once the server has surely read some of it. */
export async function hangUp(
  port: number,
  method: string,
  path: string,
  as: Login,
  { declared, body }: { readonly declared: number; readonly body: Uint8Array },
): Promise<void> {
  const socket = await open(port)
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: localhost:${port}`,
    `Authorization: ${basic(as)}`,
    `Content-Length: ${declared}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await new Promise<void>((resolve) => socket.write(body, () => resolve()))
  await pause(100)
  socket.destroy()
  await once(socket, 'close')
}

/** A connection that breaks quietly. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  return socket
}

/** One connection that stays open, a request after the other. Reads answers that say their length. */
export async function openConversation(port: number): Promise<{
  /** @returns the status of the answer */
  readonly request: (
    line: string,
    headers?: Readonly<Record<string, string>>,
    body?: string,
  ) => Promise<number>
  readonly close: () => void
}> {
  const socket = await open(port)
  let heard = ''
  let wake = () => {}
  let isOpen = true
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
    wake()
  })
  socket.on('close', () => {
    isOpen = false
    wake()
  })

  /** Takes one whole answer from what was heard. */
  function take(): number | undefined {
    const end = heard.indexOf('\r\n\r\n')
    if (end === -1) return undefined
    const length = Number(/^content-length: (\d+)/im.exec(heard.slice(0, end))?.[1] ?? 0)
    if (heard.length < end + 4 + length) return undefined
    const [status] = statusesOf(heard)
    heard = heard.slice(end + 4 + length)
    return status
  }

  return {
    async request(line, headers = {}, body = '') {
      const lines = [
        line,
        `Host: localhost:${port}`,
        ...Object.entries(headers).map((pair) => pair.join(': ')),
      ]
      socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
      for (;;) {
        const status = take()
        if (status !== undefined) return status
        if (!isOpen) throw new Error('the server closed the connection')
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    close: () => void socket.destroy(),
  }
}
