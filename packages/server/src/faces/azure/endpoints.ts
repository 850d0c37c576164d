import type { IncomingMessage } from 'node:http'
import { formatLink, type ManifestReference, type RepositoryName } from '@wharden/oci'
import { queryOf } from '../../http/query-of.ts'
import { readBody } from '../../http/read-body.ts'
import type { Caller } from '../../operations/caller.ts'
import { changeAttributes } from '../../operations/change-attributes.ts'
import { deleteManifest, deleteWhole } from '../../operations/delete-content.ts'
import type { House } from '../../operations/house.ts'
import {
  describeManifest,
  inspectManifest,
  inspectManifests,
} from '../../operations/inspect/inspect-manifests.ts'
import { describeRepository, inspectRepository } from '../../operations/inspect/inspect-repository.ts'
import { describeTag, inspectTag, inspectTags } from '../../operations/inspect/inspect-tags.ts'
import type { ListQuery } from '../../operations/inspect/list-query.ts'
import { listCatalog } from '../../operations/list-content.ts'
import { resolveTarget, type Target } from '../../operations/target.ts'
import { parseAttributes } from './parse-attributes.ts'
import type { AzurePath } from './parse-azure-path.ts'
import { formatLast, formatOrder, parseListQuery } from './parse-list-query.ts'
import { manifestView, repositoryView, tagView, wholeManifestView } from './views.ts'

export type Call = {
  readonly house: House
  readonly caller: Caller
  readonly request: IncomingMessage
}

export type Reply = { readonly status: 200 | 202; readonly body?: object; readonly link?: string | undefined }

/** What each method does there. What isn't here is 405, never a default. */
export type Methods = { readonly [method: string]: (() => Promise<Reply>) | undefined }

/** A page's size at most; what is beyond is behind the `Link`. Of each manifest its config is looked at. */
const MOST = 1_000
const MOST_MANIFESTS = 100

const BODY_LIMIT = 16 * 1024

export function methodsAt(call: Call, path: AzurePath): Methods {
  switch (path.type) {
    case 'catalog':
      return { GET: () => catalog(call) }
    case 'repository':
      return repositoryMethods(call, path.name)
    case 'tags':
      return { GET: () => tags(call, path.name) }
    case 'tag':
      return tagMethods(call, path)
    case 'manifests':
      return { GET: () => manifests(call, path.name) }
    case 'manifest':
      return manifestMethods(call, path)
  }
}

async function catalog({ house, caller, request }: Call): Promise<Reply> {
  const { limit, last } = parseListQuery(queryOf(request.url ?? ''), MOST)
  const page = await listCatalog(house, caller, { limit, last: last?.name })
  const end = page.more ? page.items.at(-1) : undefined
  const link = end && formatLink('/acr/v1/_catalog', { last: end, n: limit, orderby: '' })
  return { status: 200, body: { repositories: page.items }, link }
}

function repositoryMethods(call: Call, name: RepositoryName): Methods {
  const { house, caller } = call
  const place = placeOf(call, name)
  return {
    GET: async () => {
      const found = await inspectRepository(house, caller, await targetOf(call, name))
      return { status: 200, body: repositoryView(place, found) }
    },
    PATCH: async () => {
      const target = await change(call, name, undefined)
      return { status: 200, body: repositoryView(place, await describeRepository(house, target)) }
    },
    DELETE: async () => {
      const removed = await deleteWhole(house, caller, await targetOf(call, name))
      return { status: 202, body: { manifestsDeleted: removed.manifests, tagsDeleted: removed.tags } }
    },
  }
}

async function tags(call: Call, name: RepositoryName): Promise<Reply> {
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

function tagMethods(call: Call, { name, tag }: Extract<AzurePath, { readonly type: 'tag' }>): Methods {
  const { house, caller } = call
  const place = placeOf(call, name)
  return {
    GET: async () => {
      const found = await inspectTag(house, caller, await targetOf(call, name), tag)
      return { status: 200, body: { ...place, tag: tagView(found) } }
    },
    PATCH: async () => {
      const target = await change(call, name, { type: 'tag', tag })
      return { status: 200, body: { ...place, tag: tagView(await describeTag(house, target, tag)) } }
    },
    DELETE: async () => {
      await deleteManifest(house, caller, await targetOf(call, name), { type: 'tag', tag })
      return { status: 202 }
    },
  }
}

async function manifests(call: Call, name: RepositoryName): Promise<Reply> {
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

function manifestMethods(
  call: Call,
  { name, digest }: Extract<AzurePath, { readonly type: 'manifest' }>,
): Methods {
  const { house, caller } = call
  const place = placeOf(call, name)
  return {
    GET: async () => {
      const found = await inspectManifest(house, caller, await targetOf(call, name), digest)
      return { status: 200, body: { ...place, manifest: wholeManifestView(found) } }
    },
    PATCH: async () => {
      const target = await change(call, name, { type: 'digest', digest })
      const found = await describeManifest(house, target, digest)
      return { status: 200, body: { ...place, manifest: wholeManifestView(found) } }
    },
    DELETE: async () => {
      await deleteManifest(house, caller, await targetOf(call, name), { type: 'digest', digest })
      return { status: 202 }
    },
  }
}

/** Who may change what it is reads it as it is then. */
async function change(
  call: Call,
  name: RepositoryName,
  reference: ManifestReference | undefined,
): Promise<Target> {
  const { house, caller, request } = call
  const wanted = parseAttributes(await readBody(request, BODY_LIMIT))
  const target = await targetOf(call, name)
  await changeAttributes(house, caller, target, reference, wanted)
  return target
}

function targetOf({ house, caller }: Call, name: RepositoryName): Promise<Target> {
  return resolveTarget(house, caller.context.site, name)
}

function placeOf({ caller }: Call, name: RepositoryName) {
  return { registry: caller.context.site.authority, imageName: name }
}

function next(
  path: string,
  query: ListQuery & { readonly digest?: string | undefined },
  name: string,
  at: number,
) {
  const { limit: n, order, digest } = query
  const last = formatLast(order, name, at)
  return formatLink(path, { last, n, orderby: formatOrder(order), ...(digest !== undefined && { digest }) })
}
