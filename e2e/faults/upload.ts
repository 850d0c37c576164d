import type { Content } from '../../packages/server/test/images.ts'
import { Interrupted, type By, type StubbornClient } from './stubborn-client.ts'

const PIECE = 128 * 1024

/**
 * A blob in pieces that survives any interruption: asks how far the server has come, and goes on from there.
 * @throws when the server forgot bytes that it had acknowledged, or answers what the protocol doesn't have
 */
export async function uploadStubbornly(
  client: StubbornClient,
  repository: string,
  by: By,
  { bytes, digest }: Content,
): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const opened = await client.again('POST', `/v2/${repository}/blobs/uploads/`, { by })
    if (opened.status !== 202) throw new Error(`upload POST: ${opened.status} ${opened.text}`)
    const ended = await carryThrough(client, opened.headers.location ?? '', by, bytes, digest)
    if (ended === 'done') return
    // The last PUT was cut off: it may have been done all the same.
    const there = await client.again('HEAD', `/v2/${repository}/blobs/${digest}`, { by })
    if (there.status === 200) return
  }
  throw new Error(`${repository}: a blob could not be uploaded in fifty tries`)
}

/** @returns `lost` where another beginning is called for: somebody who died still holds the session, or it was finished */
async function carryThrough(
  client: StubbornClient,
  begun: string,
  by: By,
  bytes: Buffer,
  digest: string,
): Promise<'done' | 'lost'> {
  let location = begun
  let acknowledged = 0
  let finishing = false
  for (;;) {
    try {
      while (acknowledged < bytes.length) {
        const piece = bytes.subarray(acknowledged, acknowledged + PIECE)
        const range = `${acknowledged}-${acknowledged + piece.length - 1}`
        const headers = { 'content-range': range, 'content-type': 'application/octet-stream' }
        const taken = await client.once('PATCH', location, { by, headers, body: piece })
        if (taken.status === 409) return 'lost'
        if (taken.status !== 202) throw new Error(`upload PATCH: ${taken.status} ${taken.text}`)
        location = taken.headers.location ?? location
        acknowledged += piece.length
      }
      finishing = true
      const path = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`
      const put = await client.once('PUT', path, { by })
      if (put.status === 409 || (put.status === 404 && finishing)) return 'lost'
      if (put.status !== 201) throw new Error(`upload PUT: ${put.status} ${put.text}`)
      return 'done'
    } catch (problem) {
      if (!(problem instanceof Interrupted)) throw problem
    }
    const state = await client.again('GET', location, { by })
    if (state.status === 404 && finishing) return 'lost'
    if (state.status !== 204) throw new Error(`upload GET: ${state.status} ${state.text}`)
    const held = heldBytes(state.headers.range)
    if (held < acknowledged)
      throw new Error(`${acknowledged} bytes were acknowledged, ${held} are left (${state.headers.range})`)
    location = state.headers.location ?? location
    acknowledged = held
  }
}

/** By custom an empty upload says `0-0` too; ours here never stand at one byte. */
function heldBytes(range: string | undefined): number {
  const last = Number(/^0-(\d+)$/.exec(range ?? '')?.[1] ?? 0)
  return last === 0 ? 0 : last + 1
}
