import {
  parseImageReference,
  parseRegistryHost,
  parseRepositoryName,
  type RegistryHost,
  type RepositoryName,
} from '@wharden/oci'
import { canonicalHost, parseAccountName } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { Site } from '../sites.ts'
import type { OrganizationRecord } from '../stores/metadata/port/accounts.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import type { House } from './house.ts'

/** What a repository name of the registry's API stands for at a site. Names become ids here and nowhere else. */
export type Target = {
  /** As the client wrote it: what token scopes and links say. */
  readonly asked: RepositoryName
  /** `acme/app` or `docker.io/library/nginx`, whatever the site: what people are told. */
  readonly fullName: string
} & (
  | {
      readonly type: 'ours'
      readonly organization: OrganizationRecord
      readonly name: RepositoryName
      /** Undefined: nobody has pushed or granted it yet. */
      readonly repository: RepositoryRecord | undefined
    }
  | { readonly type: 'upstream'; readonly host: RegistryHost; readonly name: RepositoryName }
  /** No organization of that name. Must not be told apart from one that shows nothing. */
  | { readonly type: 'nowhere'; readonly organization: string; readonly name: RepositoryName }
)

/** A name as its site reads it, before anything is looked up. */
type Path =
  | { readonly type: 'ours'; readonly organization: string; readonly name: RepositoryName }
  | { readonly type: 'upstream'; readonly host: RegistryHost; readonly name: RepositoryName }

/**
 * @throws {AppError} `name-invalid` where the site needs an organization in front and there is none
 */
export async function resolveTarget(house: House, site: Site, asked: RepositoryName): Promise<Target> {
  const path = pathAt(site, asked)
  if (path.type === 'upstream') return { ...path, asked, fullName: `${path.host}/${path.name}` }
  const account = parseAccountName(path.organization)
  const organization = account.type === 'ok' ? await house.caches.organizations.get(account.value) : undefined
  const fullName = `${path.organization}/${path.name}`
  if (organization === undefined) return { ...path, type: 'nowhere', asked, fullName }
  const repository = await house.caches.repositories.get(`${organization.id}/${path.name}`)
  return { type: 'ours', asked, fullName, organization, name: path.name, repository }
}

/**
 * The first component is a registry's host if it holds a dot, as in docker's references; organizations are DNS labels
 * and hold none. At the root the first component otherwise names the organization.
 */
function pathAt(site: Site, asked: RepositoryName): Path {
  const slash = asked.indexOf('/')
  const first = slash === -1 ? asked : asked.slice(0, slash)
  const rest = slash === -1 ? undefined : parseRepositoryName(asked.slice(slash + 1))
  const host = first.includes('.') ? parseRegistryHost(first) : undefined
  if (host !== undefined && rest?.type === 'ok') return upstream(canonicalHost(host), rest.value)
  if (site.type === 'organization') return { type: 'ours', organization: site.organization, name: asked }
  if (rest?.type !== 'ok') {
    throw new AppError(
      'name-invalid',
      `\`${asked}\` lacks its organization: use ${site.authority}/ORGANIZATION/${asked}`,
      { field: 'name' },
    )
  }
  return { type: 'ours', organization: first, name: rest.value }
}

/** As docker reads it: what stands alone at Docker Hub (`docker.io/nginx`) is below `library/`. */
function upstream(host: RegistryHost, path: RepositoryName): Path {
  const image = parseImageReference(`${host}/${path}`)
  return { type: 'upstream', host, name: image.type === 'ok' ? image.value.path : path }
}
