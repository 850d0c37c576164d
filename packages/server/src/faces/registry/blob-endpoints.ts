import { formatContentRange, formatUnsatisfiedRange, parseRange, type Digest } from '@wharden/oci'
import type { ServerResponse } from 'node:http'
import type { Secret } from '@wharden/system'
import { AppError } from '../../errors.ts'
import { deleteBlob } from '../../operations/delete-content.ts'
import { endInOneWrite } from '../../http/end-in-one-write.ts'
import { hasAlready, partIsOf } from '../../http/conditional.ts'
import { addressOfBlob, openBlob, pullBlob, statBlob } from '../../operations/pull-blob.ts'
import { endpoint, type CallOf, type Endpoint } from './call.ts'

/** `/v2/<name>/blobs/<digest>` */
export const blobEndpoints: { readonly [Method in 'GET' | 'HEAD' | 'DELETE']: Endpoint } = {
  GET: endpoint('blob', get),
  HEAD: endpoint('blob', head),
  DELETE: endpoint('blob', async ({ house, caller, target, path, response }) => {
    await deleteBlob(house, caller, target, path.digest)
    response.writeHead(202, { 'content-length': 0 }).end()
  }),
}

/** A refusal on HEAD has no body to explain itself, and clients print gibberish: to them it is not there. */
async function head({ house, caller, target, path, response }: CallOf<'blob'>): Promise<void> {
  const blob = await statBlob(house, caller, target, path.digest).catch((cause: unknown) => {
    if (!(cause instanceof AppError) || cause.code !== 'denied') throw cause
    throw new AppError('blob-unknown', cause.message, cause.detail, { cause })
  })
  response.writeHead(200, { ...headersOf(blob), 'content-length': blob.size }).end()
}

async function get({ house, caller, target, path, request, response }: CallOf<'blob'>): Promise<void> {
  const blob = await pullBlob(house, caller, target, path.digest)
  const etag = etagOf(blob)
  if (hasAlready(request.headers['if-none-match'], etag)) {
    response.writeHead(304, { etag, 'docker-content-digest': blob.digest }).end()
    return
  }
  const wanted = partIsOf(request.headers['if-range'], etag) ? request.headers.range : undefined
  const range = parseRange(wanted, blob.size)
  if (range.type === 'unsatisfiable') {
    response.setHeader('content-range', formatUnsatisfiedRange(blob.size))
    throw new AppError('range-invalid', `the blob has ${blob.size} bytes: that range lies outside`)
  }
  const address = await addressOfBlob(house, blob)
  if (address !== undefined) return redirect(response, blob, address)
  const { start, end } = range.type === 'part' ? range : { start: 0, end: blob.size }
  const opened = await openBlob(house, blob, { start, end })
  if (range.type === 'part') response.setHeader('content-range', formatContentRange(range, blob.size))
  response.writeHead(range.type === 'part' ? 206 : 200, { ...headersOf(blob), 'content-length': end - start })
  if (opened.type === 'bytes') endInOneWrite(response, opened.bytes)
  else await opened.sendTo(response, caller.context.signal)
}

/**
 * The client asks there with the same method and range, and without our token (RFC 9110 §15.4: it must not be sent to another
 * host). Whoever has the address may read: it isn't kept by caches, and no log of ours has it.
 */
function redirect(response: ServerResponse, { digest }: Blob, address: Secret): void {
  response.writeHead(307, {
    location: address.reveal(),
    'docker-content-digest': digest,
    'cache-control': 'no-store',
    'content-length': 0,
  })
  response.end()
}

type Blob = { readonly digest: Digest }

function headersOf(blob: Blob) {
  return {
    'content-type': 'application/octet-stream',
    'docker-content-digest': blob.digest,
    'accept-ranges': 'bytes',
    etag: etagOf(blob),
    'cache-control': 'max-age=31536000',
  }
}

function etagOf({ digest }: Blob): string {
  return `"${digest}"`
}
