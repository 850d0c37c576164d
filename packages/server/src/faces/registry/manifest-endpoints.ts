import { MANIFEST_MAX_BYTES, type Digest } from '@wharden/oci'
import { hasAlready } from '../../http/conditional.ts'
import { endInOneWrite } from '../../http/end-in-one-write.ts'
import { readBody } from '../../http/read-body.ts'
import { deleteManifest } from '../../operations/delete-content.ts'
import { pullManifest } from '../../operations/pull-manifest.ts'
import { pushManifest } from '../../operations/push-manifest.ts'
import { endpoint, type CallOf, type Endpoint } from './call.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'

/** `/v2/<name>/manifests/<reference>` */
export const manifestEndpoints: { readonly [Method in 'GET' | 'HEAD' | 'PUT' | 'DELETE']: Endpoint } = {
  GET: endpoint('manifest', get),
  HEAD: endpoint('manifest', get),
  PUT: endpoint('manifest', put),
  DELETE: endpoint('manifest', async ({ house, caller, target, path, response }) => {
    await deleteManifest(house, caller, target, path.reference)
    response.writeHead(202, { 'content-length': 0 }).end()
  }),
}

async function get({ house, caller, target, path, request, response }: CallOf<'manifest'>): Promise<void> {
  const head = request.method === 'HEAD'
  const etagOf = (digest: Digest) => `"${digest}"`
  const has = (digest: Digest) => hasAlready(request.headers['if-none-match'], etagOf(digest))
  const isPull = (digest: Digest) => !head && !has(digest)
  const { manifest, left } = await pullManifest(house, caller, target, path.reference, isPull)
  const etag = etagOf(manifest.digest)
  const limits = rateLimitHeaders(left)
  if (has(manifest.digest)) {
    response.writeHead(304, { etag, 'docker-content-digest': manifest.digest, ...limits }).end()
    return
  }
  response.writeHead(200, {
    'content-type': manifest.mediaType,
    'content-length': manifest.body.byteLength,
    'docker-content-digest': manifest.digest,
    etag,
    ...limits,
  })
  if (head) response.end()
  else endInOneWrite(response, manifest.body)
}

async function put({ house, caller, target, path, request, response }: CallOf<'manifest'>): Promise<void> {
  const { uploadIdleSeconds, uploadMinimumBytesPerSecond } = house.config
  const bytes = await readBody(request, MANIFEST_MAX_BYTES, {
    idleMilliseconds: uploadIdleSeconds * 1_000,
    minimumBytesPerSecond: uploadMinimumBytesPerSecond,
  })
  const contentType = request.headers['content-type'] ?? ''
  const { digest, subject } = await pushManifest(house, caller, target, path.reference, {
    bytes,
    contentType,
  })
  response.writeHead(201, {
    location: `/v2/${target.asked}/manifests/${digest}`,
    'docker-content-digest': digest,
    'content-length': 0,
    ...(subject !== undefined && { 'oci-subject': subject }),
  })
  response.end()
}
