/** A sample company, small enough to know by heart: what the golden matrix and the tables of cases speak of. */
import {
  parseManifestReference,
  parseRepositoryName,
  type RegistryHost,
  type RepositoryName,
} from '@wharden/oci'
import {
  actionsOn,
  bindSelector,
  compileGrants,
  grantOf,
  OAT_RIGHTS,
  organizationGrants,
  parseCanonicalHost,
  parsePolicy,
  parseRepositorySelector,
  patGrants,
  personGrants,
  SCOPE_MAP_RIGHTS,
  SERVICE_PRINCIPAL_RIGHTS,
  SYSTEM_SCOPE_MAPS,
  UNLOCKED,
  type CredentialId,
  type Facts,
  type Grant,
  type GrantPattern,
  type GroupId,
  type GroupPermission,
  type Located,
  type Names,
  type OatScope,
  type OrganizationId,
  type PatScope,
  type Person,
  type Policy,
  type PolicyDocuments,
  type Principal,
  type RepositoryAction,
  type RepositoryFact,
  type RepositoryId,
  type Resource,
  type Role,
  type ServicePrincipalRole,
  type UserId,
} from '../src/index.ts'

export const NOW = Date.UTC(2026, 10, 21, 12)

export const MYREGISTRY = 'o-myregistry' as OrganizationId
export const BETA = 'o-beta' as OrganizationId

export function repositoryName(text: string): RepositoryName {
  const parsed = parseRepositoryName(text)
  if (parsed.type === 'error') throw new Error(`not a repository name: ${text}`)
  return parsed.value
}

export function registryHost(text: string): RegistryHost {
  const parsed = parseCanonicalHost(text)
  if (parsed === undefined) throw new Error(`not a host: ${text}`)
  return parsed
}

type SampleRepository = {
  readonly id: RepositoryId
  readonly organization: OrganizationId
  readonly name: RepositoryName
  readonly visibility: 'public' | 'private'
}

const sample = (
  id: string,
  organization: OrganizationId,
  name: string,
  visibility: SampleRepository['visibility'],
): SampleRepository => ({ id: id as RepositoryId, organization, name: repositoryName(name), visibility })

export const HELLO_WORLD = sample('r-hello', MYREGISTRY, 'samples/hello-world', 'private')
export const NGINX = sample('r-nginx', MYREGISTRY, 'samples/nginx', 'private')
export const TOOLS = sample('r-tools', MYREGISTRY, 'tools', 'public')
export const BETA_OPEN = sample('r-open', BETA, 'open', 'public')
const REPOSITORIES = [HELLO_WORLD, NGINX, TOOLS, BETA_OPEN]

export const LOCATED: Located = new Map(REPOSITORIES.map((repository) => [repository.id, repository]))

export function repositoryResource(
  of: SampleRepository,
  reference?: string,
): Extract<Resource, { type: 'repository' }> {
  const about = reference === undefined ? undefined : parseManifestReference(reference)
  return {
    type: 'repository',
    organization: of.organization,
    repository: of.id,
    name: of.name,
    reference: about,
  }
}

/** `docker.io/library/nginx:1` or `…@sha256:…`. */
export function upstreamResource(text: string): Extract<Resource, { type: 'upstream' }> {
  const [, host = '', name = '', reference] = /^([^/]+)\/([^:@]+)(?:[:@](.+))?$/.exec(text) ?? []
  return {
    type: 'upstream',
    host: registryHost(host),
    name: repositoryName(name),
    reference: reference === undefined ? undefined : parseManifestReference(reference),
  }
}

export function presentFact(of: SampleRepository): RepositoryFact {
  return { type: 'present', visibility: of.visibility, locks: UNLOCKED }
}

/** Everything is in order. */
export const FACTS: Facts = {
  governing: [MYREGISTRY],
  credential: { type: 'active', expires: undefined },
  address: { type: 'unrestricted' },
  repository: presentFact(NGINX),
  image: { category: 'official', alsoKnownAs: [] },
  quota: { type: 'unlimited' },
}

export function policyOf(organization: OrganizationId, documents: PolicyDocuments = {}): Policy {
  const parsed = parsePolicy(organization, documents)
  if (parsed.type === 'error') throw new Error(`${parsed.error.path} ${parsed.error.message}`)
  return parsed.value
}

export const NAMES: Names = {
  decision: '7f3k2m9q',
  credential: 'MyToken',
  organization: (id) => ({ [MYREGISTRY]: 'myregistry', [BETA]: 'beta' })[id as string],
}

type Credential = Extract<Principal, { type: 'credential' }>

export const ANONYMOUS: Principal = { type: 'anonymous' }

export function credential(grants: readonly Grant[], parts: Partial<Credential> = {}): Credential {
  return {
    type: 'credential',
    credential: 'c-1' as CredentialId,
    kind: 'registry-token',
    memberships: [],
    installationAdministrator: false,
    ...parts,
    grants: compileGrants(grants),
  }
}

const USER = 'u-ann' as UserId
const NOBODY: Person = { memberships: [], groups: [], companyOwnerOf: [], installationAdministrator: false }

export function session(person: Partial<Person>): Credential {
  const { memberships, companyOwnerOf, installationAdministrator } = { ...NOBODY, ...person }
  return credential(personGrants({ ...NOBODY, ...person }), {
    kind: 'session',
    user: USER,
    memberships,
    companyOwnerOf,
    installationAdministrator,
  })
}

export const member = (role: Role): Person => ({
  ...NOBODY,
  memberships: [{ organization: MYREGISTRY, role }],
})

const GROUP = 'g-dev' as GroupId

/** @param given what the group was given: `samples/nginx`, or `samples/*` */
export function inGroup(permission: GroupPermission, given = 'samples/nginx'): Person {
  const pattern = patternOf(given)
  if (pattern.type !== 'repository' && pattern.type !== 'under') throw new Error(`no group has ${given}`)
  return { ...member('member'), groups: [{ group: GROUP, pattern, permission }] }
}

export function pat(of: Person, scopes: readonly PatScope[], limits: readonly Grant[] = []): Credential {
  const grants = patGrants(personGrants(of), scopes, limits, LOCATED)
  return credential(grants, { kind: 'pat', user: USER, memberships: of.memberships })
}

/** What a token of `myregistry` is given: `samples/*`, `samples/nginx`, `docker.io/library/*`, or `public`. */
export function patternOf(text: string): GrantPattern {
  if (text === 'public') return { type: 'public' }
  if (text === 'organization') return { type: 'organization', organization: MYREGISTRY }
  const selector = parseRepositorySelector(text)
  if (selector.type === 'error') throw new Error(`not a pattern: ${text}`)
  return bindSelector(selector.value, MYREGISTRY, (name) => {
    const found = REPOSITORIES.find(
      (repository) => repository.organization === MYREGISTRY && repository.name === name,
    )
    return found?.id ?? (`r-reserved-${name}` as RepositoryId)
  })
}

export function oat(given: { readonly [pattern: string]: readonly OatScope[] }): Credential {
  const grants = Object.entries(given).flatMap(([pattern, scopes]) =>
    scopes.map((scope) => grantOf(OAT_RIGHTS[scope], patternOf(pattern), scope)),
  )
  return credential(grants, { kind: 'oat', organization: MYREGISTRY })
}

export function registryToken(map: { readonly [pattern: string]: readonly RepositoryAction[] }): Credential {
  const grants = Object.entries(map).map(([pattern, actions]) => ({
    pattern: patternOf(pattern),
    actions: actions.flatMap((action) => actionsOn(SCOPE_MAP_RIGHTS[action], patternOf(pattern))),
    rule: `scope-map:${pattern}`,
  }))
  return credential(grants, { kind: 'registry-token', organization: MYREGISTRY })
}

export function servicePrincipal(role: ServicePrincipalRole): Credential {
  const grants = organizationGrants(SERVICE_PRINCIPAL_RIGHTS[role], MYREGISTRY, role)
  return credential(grants, { kind: 'service-principal', organization: MYREGISTRY })
}

export function systemMap(name: string): Credential {
  return registryToken({ '*': SYSTEM_SCOPE_MAPS.find((map) => map.name === name)?.actions ?? [] })
}
