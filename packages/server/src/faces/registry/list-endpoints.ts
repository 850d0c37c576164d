import type { ServerResponse } from 'node:http'
import { formatLink, parsePage } from '@wharden/oci'
import { AppError } from '../../errors.ts'
import { listCatalog, listReferrers, listTags } from '../../operations/list-content.ts'
import { endpoint, type Call, type Endpoint } from './call.ts'

/** A page's size at most; what is beyond is behind the `Link`. */
const MOST = 1_000

export const listEndpoints: { readonly [Name in 'catalog' | 'tags' | 'referrers']: Endpoint } = {
  catalog: async (call) => {
    const page = pageOf(call)
    const { items, more } = await listCatalog(call.house, call.caller, page)
    linkNext(call, '/v2/_catalog', more ? items.at(-1) : undefined, page.limit)
    sendJson(call.response, { repositories: items })
  },
  tags: endpoint('tags', async (call) => {
    const page = pageOf(call)
    const { items, more } = await listTags(call.house, call.caller, call.target, page)
    linkNext(call, `/v2/${call.target.asked}/tags/list`, more ? items.at(-1)?.name : undefined, page.limit)
    sendJson(call.response, { name: call.target.asked, tags: items.map((tag) => tag.name) })
  }),
  referrers: endpoint('referrers', async (call) => {
    const page = pageOf(call)
    const artifactType = call.query.get('artifactType') ?? undefined
    const { items, more } = await listReferrers(call.house, call.caller, call.target, call.path.digest, {
      ...page,
      artifactType,
    })
    linkNext(
      call,
      `/v2/${call.target.asked}/referrers/${call.path.digest}`,
      more ? items.at(-1)?.digest : undefined,
      page.limit,
    )
    if (artifactType !== undefined) call.response.setHeader('oci-filters-applied', 'artifactType')
    const manifests = items.map((item) => ({
      mediaType: item.mediaType,
      size: item.size,
      digest: item.digest,
      artifactType: item.artifactType ?? item.configMediaType,
      annotations: item.annotations,
    }))
    const type = 'application/vnd.oci.image.index.v1+json'
    sendJson(call.response, { schemaVersion: 2, mediaType: type, manifests }, type)
  }),
}

function pageOf({ query }: Call) {
  const page = parsePage(query.get('n') ?? undefined, query.get('last') ?? undefined, MOST)
  if (page.type === 'ok') return page.value
  throw new AppError(
    'page-invalid',
    page.error === 'n-invalid' ? '`n` must be a whole number' : '`last` can not be the last of a page',
  )
}

function linkNext(
  { response, query }: Pick<Call, 'response' | 'query'>,
  path: string,
  last: string | undefined,
  limit: number,
): void {
  if (last === undefined) return
  const artifactType = query.get('artifactType')
  response.setHeader(
    'link',
    formatLink(path, { n: limit, last, ...(artifactType !== null && { artifactType }) }),
  )
}

function sendJson(response: ServerResponse, value: object, type = 'application/json'): void {
  const body = JSON.stringify(value)
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
}
