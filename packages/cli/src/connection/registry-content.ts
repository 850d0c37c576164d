/**
 * What a registry holds, asked with the name and secret of a token, where Azure's clients ask: `/acr/v1/`. The server's own
 * address will do; names begin with the organization there.
 * https://learn.microsoft.com/rest/api/containerregistry/
 */
import type { ChangeableAttributes } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import type { ImageName } from '../input/image-name.ts'
import type { RegistryCredentials } from '../input/registry-credentials.ts'
import { refusedContent } from './refused-content.ts'

export type Order = 'time_asc' | 'time_desc'
export type ListQuery = { readonly top?: number | undefined; readonly orderby?: Order | undefined }

type Times = { readonly createdTime: string; readonly lastUpdateTime: string }
type Attributes = { readonly changeableAttributes: ChangeableAttributes }
export type ContentTag = Times & Attributes & { readonly name: string; readonly digest: string }
export type ContentManifest = Times &
  Attributes & { readonly digest: string; readonly tags: readonly string[]; readonly mediaType: string }

/** A repository by `imageName`, a tag by `name` and `digest`, a manifest by `digest`. */
export type ContentDescription = Times &
  Attributes & { readonly imageName?: string; readonly name?: string; readonly digest?: string }

export type RegistryContent = ReturnType<typeof openRegistryContent>

const PAGE = 100
const ORDERS = { time_asc: 'timeasc', time_desc: 'timedesc' } as const

export function openRegistryContent(server: string, organization: string, credentials: RegistryCredentials) {
  const { username, secret } = credentials
  const authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`

  async function ask(url: URL, method = 'GET', body?: object): Promise<Response> {
    const response = await fetch(url, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(60_000),
    })
    if (!response.ok) throw await refusedContent(response, username)
    return response
  }

  function at(path: string): URL {
    return new URL(`/acr/v1/${path}`, server)
  }

  function below(repository: string, rest = ''): URL {
    return at(`${encodeURIComponent(`${organization}/${repository}`)}${rest}`)
  }

  /** Of this image; of the whole repository if it names neither tag nor digest. */
  function urlOf({ repository, tag, digest }: ImageName): URL {
    if (digest !== undefined) return below(repository, `/_manifests/${digest}`)
    return below(repository, tag === undefined ? '' : `/_tags/${encodeURIComponent(tag)}`)
  }

  /** `belongs`: ends the list at the first item that doesn't. */
  async function list<Item>(
    url: URL,
    field: string,
    { top, orderby }: ListQuery,
    belongs: (item: Item) => boolean = () => true,
  ): Promise<readonly Item[]> {
    const items: Item[] = []
    if (orderby !== undefined) url.searchParams.set('orderby', ORDERS[orderby])
    url.searchParams.set('n', String(Math.min(PAGE, top ?? PAGE)))
    for (let next: URL | undefined = url; next !== undefined && items.length < (top ?? Infinity);) {
      const response: Response = await ask(next)
      const page = ((await object(response))[field] ?? []) as readonly Item[]
      items.push(...page.filter(belongs))
      next = page.every(belongs) ? nextPage(response) : undefined
    }
    return items.slice(0, top)
  }

  function nextPage(response: Response): URL | undefined {
    const [, link] = /<([^>]+)>; *rel="?next"?/.exec(response.headers.get('link') ?? '') ?? []
    if (link === undefined) return undefined
    // Whatever host it names: the password goes to this server alone.
    const { pathname, search } = new URL(link, server)
    return new URL(`${pathname}${search}`, server)
  }

  return {
    /** Names inside the organization; those of others, which the token may read as well, are not the registry's. */
    async listRepositories({ top }: ListQuery): Promise<readonly string[]> {
      const prefix = `${organization}/`
      const url = at('_catalog')
      url.searchParams.set('last', prefix)
      const names = await list<string>(url, 'repositories', { top }, (name) => name.startsWith(prefix))
      return names.map((name) => name.slice(prefix.length))
    },

    listTags: (repository: string, query: ListQuery) =>
      list<ContentTag>(below(repository, '/_tags'), 'tags', query),

    listManifests: (repository: string, query: ListQuery) =>
      list<ContentManifest>(below(repository, '/_manifests'), 'manifests', query),

    async show(image: ImageName): Promise<ContentDescription> {
      return described(image, await object(await ask(urlOf(image))))
    },

    async update(image: ImageName, attributes: Partial<ChangeableAttributes>): Promise<ContentDescription> {
      return described(image, await object(await ask(urlOf(image), 'PATCH', attributes)))
    },

    async digestOf(repository: string, tag: string): Promise<string> {
      return ((await object(await ask(urlOf({ repository, tag }))))['tag'] as ContentTag).digest
    },

    async tagsOf(repository: string, digest: string): Promise<readonly string[]> {
      return ((await object(await ask(urlOf({ repository, digest }))))['manifest'] as ContentManifest).tags
    },

    /** A tag by itself, a manifest with all its tags, or a repository with all that is in it. */
    async delete(image: ImageName): Promise<void> {
      await ask(urlOf(image), 'DELETE')
    },
  }
}

/** As az unwraps it: a tag or a manifest stands in its repository's answer. */
function described(image: ImageName, body: Readonly<Record<string, unknown>>): ContentDescription {
  if (image.digest !== undefined) return body['manifest'] as ContentDescription
  if (image.tag !== undefined) return body['tag'] as ContentDescription
  return { ...(body as ContentDescription), imageName: image.repository }
}

async function object(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null) return body as Readonly<Record<string, unknown>>
  throw new CliError('failed', 'the server answered with something else than JSON', 'is it a wharden server?')
}
