import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  formatUploadRange,
  parseContentRange,
  parseDigest,
  parseRepositoryName,
  type Digest,
} from '@wharden/oci'
import { AppError } from '../../errors.ts'
import type { Query } from '../../http/query-of.ts'
import { mountBlob } from '../../operations/mount-blob.ts'
import {
  appendUpload,
  cancelUpload,
  finishUpload,
  startUpload,
  uploadStatus,
  type UploadBody,
} from '../../operations/push-blob.ts'
import type { House } from '../../operations/house.ts'
import { resolveTarget, type Target } from '../../operations/target.ts'
import type { Site } from '../../sites.ts'
import { endpoint, type CallOf, type Endpoint } from './call.ts'

/** `/v2/<name>/blobs/uploads/` and the sessions below it. */
export const uploadEndpoints: {
  readonly [Name in 'start' | 'status' | 'append' | 'finish' | 'cancel']: Endpoint
} = {
  start: endpoint('uploads', start),
  status: endpoint('upload', async ({ house, caller, target, path, response }) => {
    const { id, position } = await uploadStatus(house, caller, target, path.upload)
    accepted(response, target, id, position.offset, 204)
  }),
  append: endpoint('upload', async ({ house, caller, target, path, request, response }) => {
    const { offset } = await whereItStands(response, target, path.upload, () =>
      appendUpload(house, caller, target, path.upload, bodyOf(request)),
    )
    accepted(response, target, path.upload, offset, 202)
  }),
  finish: endpoint('upload', async ({ house, caller, target, path, request, response, query }) => {
    const digest = digestOf(query.get('digest'))
    if (digest === undefined)
      throw new AppError('digest-invalid', 'the PUT that ends an upload needs `?digest=`')
    await whereItStands(response, target, path.upload, () =>
      finishUpload(house, caller, target, path.upload, digest, bodyOf(request)),
    )
    created(response, target, digest)
  }),
  cancel: endpoint('upload', async ({ house, caller, target, path, response }) => {
    await cancelUpload(house, caller, target, path.upload)
    response.writeHead(204).end()
  }),
}

async function start({ house, caller, target, request, response, query }: CallOf<'uploads'>): Promise<void> {
  const mount = digestOf(query.get('mount'))
  if (
    mount !== undefined &&
    (await mountBlob(house, caller, target, mount, await sourceOf(house, caller.context.site, query)))
  ) {
    return created(response, target, mount)
  }
  const digest = mount === undefined ? digestOf(query.get('digest')) : undefined
  const upload = await startUpload(house, caller, target, digest ?? mount)
  if (digest === undefined) return accepted(response, target, upload.id, 0, 202)
  // The whole blob came with the POST.
  const there = await resolveTarget(house, caller.context.site, target.asked)
  await finishUpload(house, caller, there, upload.id, digest, bodyOf(request))
  created(response, target, digest)
}

/** A client that is told how far its upload has come is told with it where to go on. */
async function whereItStands<Value>(
  response: ServerResponse,
  target: Target,
  id: string,
  act: () => Promise<Value>,
): Promise<Value> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof AppError && cause.detail.received !== undefined)
      response.setHeader('location', locationOf(target, id))
    throw cause
  }
}

async function sourceOf(house: House, site: Site, query: Query): Promise<Target | undefined> {
  const from = query.get('from')
  if (from === null) return undefined
  const name = parseRepositoryName(from)
  if (name.type === 'error') throw new AppError('name-invalid', '`from` is not a repository name')
  return resolveTarget(house, site, name.value)
}

function digestOf(text: string | null): Digest | undefined {
  if (text === null) return undefined
  const digest = parseDigest(text)
  if (digest !== undefined) return digest
  throw new AppError('digest-invalid', 'the digest is neither a sha256 nor a sha512 one')
}

function bodyOf(request: IncomingMessage): UploadBody {
  const length = request.headers['content-length']
  const header = request.headers['content-range']
  const range = header === undefined ? undefined : parseContentRange(header)
  if (header !== undefined && range === undefined) {
    throw new AppError('range-invalid', '`Content-Range` of an upload is `FIRST-LAST`, for example `0-1023`')
  }
  return { stream: request, length: length === undefined ? undefined : Number(length), range }
}

function accepted(
  response: ServerResponse,
  target: Target,
  id: string,
  received: number,
  status: 202 | 204,
): void {
  response.writeHead(status, {
    location: locationOf(target, id),
    range: formatUploadRange(received),
    'docker-upload-uuid': id,
    ...(status === 202 && { 'content-length': 0 }),
  })
  response.end()
}

function locationOf(target: Target, id: string): string {
  return `/v2/${target.asked}/blobs/uploads/${id}`
}

function created(response: ServerResponse, target: Target, digest: Digest): void {
  response.writeHead(201, {
    location: `/v2/${target.asked}/blobs/${digest}`,
    'docker-content-digest': digest,
    'content-length': 0,
  })
  response.end()
}
