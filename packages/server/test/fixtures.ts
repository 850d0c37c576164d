/** Accounts, credentials and repositories, made as the administration's operations make them: in one change each. */
import {
  parseManifestReference,
  parseRegistryHost,
  parseRepositoryName,
  type RepositoryName,
} from '@wharden/oci'
import {
  parseAccountName,
  type AccountName,
  type Action,
  type GrantPattern,
  type GroupPermission,
  type OrganizationId,
  type PatScope,
  type PolicyKind,
  type Role,
  type ServicePrincipalRole,
} from '@wharden/policy'
import { mintSecret, type MintedSecret, type SecretKind } from '../src/identity/secret.ts'
import type { House } from '../src/operations/house.ts'
import { mintPasswordLink, putPasswordLink } from '../src/operations/manage/password-link.ts'
import { servicePrincipalRules } from '../src/operations/manage/service-principal/service-principal-rules.ts'
import type { OrganizationRecord, Plan, UserRecord } from '../src/stores/metadata/port/accounts.ts'
import type { GroupRecord } from '../src/stores/metadata/port/groups.ts'
import type { CredentialRecord, NewCredential, NewRule } from '../src/stores/metadata/port/credentials.ts'
import type { Locks, RepositoryRecord } from '../src/stores/metadata/port/repositories.ts'
import type { JsonObject } from '../src/stores/metadata/port/page.ts'
import type { ChangeNouns } from '../src/stores/metadata/port.ts'
import type { Login } from './client.ts'

/** A credential and how to log in with it. */
export type Issued = Login & { readonly record: CredentialRecord }

/** Actions by what they are granted on: `samples/nginx`, `samples/*`, `*`, `public`, or `docker.io/*`. */
export type Given = Readonly<Record<string, readonly Action[]>>

export const READ: readonly Action[] = ['content/read', 'metadata/read']
export const WRITE: readonly Action[] = [...READ, 'content/write']
export const ALL: readonly Action[] = [...WRITE, 'content/delete', 'metadata/write']

type Options = Partial<
  Pick<NewCredential, 'name' | 'expiresAt' | 'allowedAddresses' | 'status' | 'renewable' | 'pullLimit'>
> & {
  readonly secretExpiresAt?: number
}

export type Fixtures = ReturnType<typeof createFixtures>

const BY = { type: 'system', id: 'test', name: 'test' } as const

export function createFixtures(house: House) {
  const { store } = house
  const inInstallation = <Value>(work: (tx: ChangeNouns) => Promise<Value>): Promise<Value> =>
    store.change(store.installation, BY, work)
  const find = async (name: string): Promise<OrganizationRecord> =>
    required(await store.read.organizations.byName(accountName(name)))
  const inOrganization = async <Value>(
    name: string,
    work: (tx: ChangeNouns, id: OrganizationId) => Promise<Value>,
  ): Promise<Value> => {
    const { id } = await find(name)
    return store.change(id, BY, (tx) => work(tx, id))
  }

  async function organization(name: string): Promise<OrganizationRecord> {
    return inInstallation(async (tx) => required(await tx.organizations.create({ name: accountName(name) })))
  }

  async function user(name: string, roles: Readonly<Record<string, Role>> = {}): Promise<UserRecord> {
    const made = await inInstallation(async (tx) =>
      required(await tx.users.create({ name: accountName(name) })),
    )
    for (const [place, role] of Object.entries(roles))
      await inOrganization(place, (tx, id) => tx.memberships.put(id, made.id, role))
    return made
  }

  async function issue(
    tx: ChangeNouns,
    kind: SecretKind,
    login: string,
    { secretExpiresAt, ...fields }: Options & Omit<NewCredential, 'secrets' | 'createdBy'>,
  ): Promise<Issued> {
    const { text, hash } = mintSecret(kind)
    const slot = kind === 'rgt' ? 'password1' : 'token'
    const record = required(
      await tx.credentials.create({
        ...fields,
        createdBy: BY.name,
        secrets: [{ slot, hash: Buffer.from(hash, 'hex'), expiresAt: secretExpiresAt }],
      }),
    )
    return { name: login, secret: text.reveal(), record }
  }

  /** `limits`: only these repositories, by organization. */
  async function pat(
    owner: UserRecord,
    scope: PatScope | undefined,
    limits: Readonly<Record<string, Given>> = {},
    options: Options = {},
  ): Promise<Issued> {
    const places = await Promise.all(Object.keys(limits).map(find))
    return inInstallation(async (tx) => {
      const rules: NewRule[] = []
      for (const place of places) rules.push(...(await bind(tx, place.id, limits[place.name] ?? {})))
      const scopes = scope === undefined ? [] : [scope]
      const fields = {
        kind: 'pat',
        user: owner.id,
        name: `${owner.name}'s`,
        scopes,
        rules,
        ...options,
      } as const
      return issue(tx, 'pat', owner.name, fields)
    })
  }

  /** Signed in by password, as it were; its secret goes as `token`. */
  const session = (owner: UserRecord): Promise<Issued> =>
    inInstallation((tx) => issue(tx, 'ses', owner.name, { kind: 'session', user: owner.id, name: 'session' }))

  /** An administrator of the installation, signed in. */
  const administrator = async (name: string): Promise<Issued> => {
    const made = await inInstallation(async (tx) =>
      required(await tx.users.create({ name: accountName(name), installationAdministrator: true })),
    )
    return session(made)
  }

  async function oat(place: string, given: Given, options: Options = {}): Promise<Issued> {
    return inOrganization(place, async (tx, id) => {
      const rules = await bind(tx, id, given)
      return issue(tx, 'oat', place, { kind: 'oat', organization: id, name: 'ci', rules, ...options })
    })
  }

  /** With a scope map of its own. */
  async function registryToken(
    place: string,
    name: string,
    given: Given,
    options: Options = {},
  ): Promise<Issued> {
    return inOrganization(place, async (tx, id) => {
      const rules = await bind(tx, id, given)
      const map = required(await tx.scopeMaps.create({ organization: id, name: `${name}-scope-map`, rules }))
      const fields = { kind: 'registry-token', organization: id, name, scopeMap: map.id, ...options } as const
      return issue(tx, 'rgt', name, fields)
    })
  }

  async function servicePrincipal(
    place: string,
    role: ServicePrincipalRole = 'contributor',
    options: Options = {},
  ): Promise<Issued> {
    return inOrganization(place, async (tx, id) => {
      const rules = servicePrincipalRules(role, id)
      const fields = { organization: id, name: 'pipeline', scopes: [role], rules, ...options }
      const issued = await issue(tx, 'spn', '', { kind: 'service-principal', ...fields })
      return { ...issued, name: issued.record.id }
    })
  }

  async function repository(
    place: string,
    name: string,
    visibility: 'public' | 'private' = 'private',
  ): Promise<RepositoryRecord> {
    return inOrganization(place, async (tx, organization) =>
      required(await tx.repositories.create({ organization, name: repositoryName(name), visibility })),
    )
  }

  async function deleteRepository(place: string, name: string): Promise<void> {
    await inOrganization(place, async (tx, id) => {
      const { id: repository } = required(await tx.repositories.byName(id, repositoryName(name)))
      await tx.repositories.delete(repository)
    })
  }

  /** What the organization has chosen for itself, instead of what it had. */
  const settings = (place: string, chosen: JsonObject): Promise<unknown> =>
    inOrganization(place, (tx, id) => tx.organizations.update(id, { settings: chosen }))
  const choosePlan = (place: string, plan: Plan): Promise<unknown> =>
    inOrganization(place, (tx, id) => tx.organizations.update(id, { plan }))

  const limitPulls = ({ record }: Issued, pullLimit: number | null): Promise<unknown> =>
    inInstallation((tx) => tx.credentials.update(record.id, { pullLimit }))

  const deleteOrganization = async (name: string): Promise<void> => {
    const { id } = await find(name)
    await inInstallation((tx) => tx.organizations.delete(id))
  }

  /** Locks a repository, or a tag or manifest in it. */
  async function lock(place: string, name: string, locks: Partial<Locks>, reference?: string): Promise<void> {
    await inOrganization(place, async (tx, id) => {
      const { id: repository } = required(await tx.repositories.byName(id, repositoryName(name)))
      await lockOne(tx, repository, locks, reference)
    })
  }

  /** A registry that trusts our tokens; its names are the organization's, if it is given one. */
  const guard = async (service: string, place?: string): Promise<unknown> => {
    const owner = place === undefined ? undefined : (await find(place)).id
    return inInstallation((tx) => tx.guards.put(service, owner))
  }

  const policy = (place: string, kind: PolicyKind, document: JsonObject): Promise<void> =>
    inOrganization(place, (tx, id) => tx.policies.put(id, kind, document))

  const revoke = ({ record }: Issued): Promise<unknown> =>
    inInstallation((tx) => tx.credentials.setStatus(record.id, 'inactive'))
  const activate = ({ record }: Issued): Promise<unknown> =>
    inInstallation((tx) => tx.credentials.setStatus(record.id, 'active'))
  const deleteCredential = ({ record }: Issued): Promise<unknown> =>
    inInstallation((tx) => tx.credentials.delete(record.id))

  /** Gives an organization's credential other rules than it had. */
  const regrant = (place: string, { record }: Issued, given: Given): Promise<void> =>
    inOrganization(place, async (tx, id) => {
      const rules = await bind(tx, id, given)
      if (record.scopeMap === undefined) await tx.credentials.update(record.id, { rules })
      else await tx.scopeMaps.update(record.scopeMap, { rules })
    })

  /** `undefined` takes the user out of the organization. */
  const role = (place: string, { id: member }: UserRecord, given: Role | undefined): Promise<unknown> =>
    inOrganization<unknown>(place, (tx, id) =>
      given === undefined ? tx.memberships.delete(id, member) : tx.memberships.put(id, member, given),
    )
  /** A group of these members, with permissions by `samples/nginx`, `samples/*` or `*`. */
  const group = async (
    place: string,
    name: string,
    members: readonly UserRecord[],
    given: Readonly<Record<string, GroupPermission>>,
  ): Promise<GroupRecord> => {
    const made = await inOrganization(place, async (tx, organization) => {
      const created = required(await tx.groups.create({ organization, name }))
      for (const { id } of members) await tx.groups.addMember(created, id)
      return created
    })
    for (const [label, permission] of Object.entries(given)) await permit(place, made, label, permission)
    return made
  }
  /** `undefined` takes the permission away. */
  const permit = (
    place: string,
    { id }: GroupRecord,
    label: string,
    permission: GroupPermission | undefined,
  ): Promise<unknown> =>
    inOrganization<unknown>(place, async (tx, organization) => {
      if (permission === undefined) return tx.groups.removePermission(id, label)
      const pattern = await patternOf(tx, organization, label)
      if (pattern.type !== 'repository' && pattern.type !== 'under') throw new Error(`no group has ${label}`)
      return tx.groups.setPermission(id, { label, pattern, permission })
    })
  const leaveGroup = (place: string, { id }: GroupRecord, { id: member }: UserRecord): Promise<unknown> =>
    inOrganization(place, (tx) => tx.groups.removeMember(id, member))
  const deleteGroup = (place: string, { id }: GroupRecord): Promise<unknown> =>
    inOrganization(place, (tx) => tx.groups.delete(id))
  /** A link by which its user sets a password, once. */
  const passwordLink = async ({ id }: UserRecord): Promise<MintedSecret> => {
    const link = mintPasswordLink(house.clock())
    await inInstallation((tx) => putPasswordLink(tx, id, link))
    return link.secret
  }
  /** The organization lets this personal token in no more. */
  const bar = (place: string, { record }: Issued): Promise<unknown> =>
    inOrganization(place, (tx, id) => tx.credentialBars.put(id, record.id, BY.name))
  const deactivateUser = ({ id }: UserRecord): Promise<unknown> =>
    inInstallation((tx) => tx.users.update(id, { status: 'inactive' }))
  const show = (place: string, name: string, visibility: 'public' | 'private'): Promise<unknown> =>
    inOrganization(place, async (tx, id) => {
      const { id: repository } = required(await tx.repositories.byName(id, repositoryName(name)))
      await tx.repositories.setVisibility(repository, visibility)
    })

  return {
    organization,
    settings,
    choosePlan,
    limitPulls,
    role,
    group,
    permit,
    leaveGroup,
    deleteGroup,
    bar,
    passwordLink,
    deactivateUser,
    show,
    user,
    session,
    administrator,
    pat,
    oat,
    registryToken,
    servicePrincipal,
    repository,
    deleteRepository,
    deleteOrganization,
    lock,
    guard,
    policy,
    revoke,
    activate,
    deleteCredential,
    regrant,
  }
}

/** Rules hold ids: a name that has no repository yet has its id reserved. */
async function bind(
  tx: ChangeNouns,
  organization: OrganizationId,
  given: Given,
): Promise<readonly NewRule[]> {
  const rules: NewRule[] = []
  for (const [label, actions] of Object.entries(given))
    rules.push({ pattern: await patternOf(tx, organization, label), actions, label })
  return rules
}

async function patternOf(tx: ChangeNouns, organization: OrganizationId, text: string): Promise<GrantPattern> {
  if (text === 'public') return { type: 'public' }
  const [first = ''] = text.split('/', 1)
  const host = first.includes('.') ? parseRegistryHost(first) : undefined
  if (host !== undefined) return { type: 'upstream', organization, host, path: { type: 'under', prefix: '' } }
  if (text.endsWith('*')) return { type: 'under', organization, prefix: text.slice(0, -1) }
  const repository = await tx.repositories.resolveOrReserve(organization, repositoryName(text))
  return { type: 'repository', repository: repository.id }
}

async function lockOne(
  tx: ChangeNouns,
  repository: RepositoryRecord['id'],
  locks: Partial<Locks>,
  reference?: string,
): Promise<void> {
  if (reference === undefined) return void (await tx.repositories.setLocks(repository, locks))
  const parsed = required(parseManifestReference(reference))
  if (parsed.type === 'tag') await tx.tags.setLocks(repository, parsed.tag, locks)
  else await tx.manifests.setLocks(repository, parsed.digest, locks)
}

/** For what a test knows to be there. */
export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it should be there, and is undefined')
  return value
}

export function accountName(text: string): AccountName {
  const name = parseAccountName(text)
  if (name.type === 'ok') return name.value
  throw new Error(`\`${text}\` is no account name`)
}

function repositoryName(text: string): RepositoryName {
  const name = parseRepositoryName(text)
  if (name.type === 'ok') return name.value
  throw new Error(`\`${text}\` is no repository name`)
}
