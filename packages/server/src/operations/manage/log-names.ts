import type { CredentialId, OrganizationId, Resource, UserId } from '@wharden/policy'
import { absentName } from '../../absent-organization.ts'
import { readDetail } from '../../audit/event.ts'
import type { House } from '../house.ts'

type Who = {
  readonly user: UserId | undefined
  readonly credential: CredentialId | undefined
  /** Whose log it is in. */
  readonly organization: OrganizationId | undefined
}

/** How many deleted tokens of an organization are remembered by name: those deleted last. */
const DELETED_TOKENS = 1_000

export type Names = {
  /** The person's name; for an organization's credential its own; `anonymous` for nobody. */
  readonly principal: (who: Who) => Promise<string>
  /** The credential's label or login name; of a session the person's. */
  readonly credential: (who: Who) => Promise<string>
  readonly organization: (id: OrganizationId) => Promise<string | undefined>
  /** `acme/app`, `docker.io/library/nginx`, `organization acme`, `installation`. */
  readonly resource: (resource: Resource) => Promise<string>
}

/** Looks names up, each once: a page is mostly about the same few. */
export function createNames(house: House): Names {
  const { read } = house.store
  const once = remember<string | undefined>()
  const deletedOnce = remember<ReadonlyMap<string, string>>()
  const organization = (id: OrganizationId) =>
    once(`organization:${id}`, async () => absentName(id) ?? (await read.organizations.byId(id))?.name)
  const deleted = (of: OrganizationId | undefined) => deletedOnce(String(of), () => deletedTokens(house, of))
  return {
    organization,
    principal: async ({ user, credential, organization: of }) => {
      if (user !== undefined)
        return (await once(`user:${user}`, async () => (await read.users.byId(user))?.name)) ?? user
      if (credential === undefined) return 'anonymous'
      const name = await once(
        `credential:${credential}`,
        async () => (await read.credentials.byId(credential))?.name ?? (await deleted(of)).get(credential),
      )
      return name ?? credential
    },
    credential: async ({ user, credential, organization: of }) => {
      const record = credential === undefined ? undefined : await read.credentials.byId(credential)
      const ofPerson = record === undefined || record.kind === 'session' ? user : undefined
      const person = ofPerson === undefined ? undefined : await read.users.byId(ofPerson)
      const known = person?.name ?? record?.name
      if (known !== undefined || credential === undefined) return known ?? ''
      return (await deleted(of)).get(credential) ?? ''
    },
    resource: async (resource) => {
      switch (resource.type) {
        case 'repository':
          return `${(await organization(resource.organization)) ?? '?'}/${resource.name}`
        case 'upstream':
          return `${resource.host}/${resource.name}`
        case 'host':
          return resource.host
        case 'organization':
          return `organization ${(await organization(resource.organization)) ?? '?'}`
        case 'installation':
          return 'installation'
      }
    },
  }
}

/** Names of tokens and service principals that are gone, by id: the audit log has them. */
async function deletedTokens(
  { store }: House,
  organization: OrganizationId | undefined,
): Promise<ReadonlyMap<string, string>> {
  const pages = await Promise.all(
    ['token_deleted', 'service_principal_deleted'].map((type) =>
      store.read.audit.list(organization ?? store.installation, { type, limit: DELETED_TOKENS }),
    ),
  )
  return new Map(
    pages
      .flatMap(({ items }) => items)
      .flatMap(({ detail }) => {
        const { subject, before } = readDetail(detail)
        const name = before?.['name'] ?? before?.['label']
        return typeof name === 'string' ? [[subject.slice(subject.indexOf('/') + 1), name] as const] : []
      }),
  )
}

function remember<Value>() {
  const known = new Map<string, Promise<Value>>()
  return (key: string, load: () => Promise<Value>): Promise<Value> => {
    const found = known.get(key) ?? load()
    known.set(key, found)
    return found
  }
}
