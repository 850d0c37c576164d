import { formatLink, type RepositoryName } from '@wharden/oci'
import { queryOf } from '../../http/query-of.ts'
import { inspectManifests } from '../../operations/inspect/inspect-manifests.ts'
import { inspectTags } from '../../operations/inspect/inspect-tags.ts'
import type { TagListQuery } from '../../operations/inspect/list-query.ts'
import { listCatalog } from '../../operations/list-content.ts'
import { placeOf, targetOf, type Call, type Reply } from './call.ts'
import { formatLast, formatOrder, parseListQuery } from './parse-list-query.ts'
import { manifestView, tagView } from './views.ts'

/** A page's size at most; what is beyond is behind the `Link`. Of each manifest its config is looked at. */
const MOST = 1_000
const MOST_MANIFESTS = 100

export async function listRepositories({ house, caller, request }: Call): Promise<Reply> {
  const { limit, last } = parseListQuery(queryOf(request.url ?? ''), MOST)
  const page = await listCatalog(house, caller, { limit, last: last?.name })
  const end = page.more ? page.items.at(-1) : undefined
  const link = end && formatLink('/acr/v1/_catalog', { last: end, n: limit, orderby: '' })
  return { status: 200, body: { repositories: page.items }, link }
}

export async function listTags(call: Call, name: RepositoryName): Promise<Reply> {
  const { house, caller, request } = call
  const query = parseListQuery(queryOf(request.url ?? ''), MOST)
  const { items, more } = await inspectTags(house, caller, await targetOf(call, name), query)
  const end = more ? items.at(-1) : undefined
  return {
    status: 200,
    body: { ...placeOf(call, name), tags: items.map(tagView) },
    link: end && next(`/acr/v1/${name}/_tags`, query, end.name, end.updatedAt),
  }
}

export async function listManifests(call: Call, name: RepositoryName): Promise<Reply> {
  const { house, caller, request } = call
  const query = parseListQuery(queryOf(request.url ?? ''), MOST_MANIFESTS)
  const { items, more } = await inspectManifests(house, caller, await targetOf(call, name), query)
  const end = more ? items.at(-1) : undefined
  return {
    status: 200,
    body: { ...placeOf(call, name), manifests: items.map(manifestView) },
    link: end && next(`/acr/v1/${name}/_manifests`, query, end.digest, end.pushedAt),
  }
}

function next(path: string, { limit: n, order, digest }: TagListQuery, name: string, at: number): string {
  const last = formatLast(order, name, at)
  return formatLink(path, { last, n, orderby: formatOrder(order), ...(digest !== undefined && { digest }) })
}
