import type { CredentialId, OrganizationId, Resource, UserId } from '@wharden/policy'
import { absentName } from '../../absent-organization.ts'
import type { House } from '../house.ts'

type Who = { readonly user: UserId | undefined; readonly credential: CredentialId | undefined }

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
  const once = remember()
  const organization = (id: OrganizationId) =>
    once(`organization:${id}`, async () => absentName(id) ?? (await read.organizations.byId(id))?.name)
  return {
    organization,
    principal: async ({ user, credential }) => {
      if (user !== undefined)
        return (await once(`user:${user}`, async () => (await read.users.byId(user))?.name)) ?? user
      if (credential === undefined) return 'anonymous'
      const name = await once(
        `credential:${credential}`,
        async () => (await read.credentials.byId(credential))?.name,
      )
      return name ?? credential
    },
    credential: async ({ user, credential }) => {
      const record = credential === undefined ? undefined : await read.credentials.byId(credential)
      const ofPerson = record === undefined || record.kind === 'session' ? user : undefined
      const person = ofPerson === undefined ? undefined : await read.users.byId(ofPerson)
      return person?.name ?? record?.name ?? ''
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

function remember() {
  const known = new Map<string, Promise<string | undefined>>()
  return (key: string, load: () => Promise<string | undefined>): Promise<string | undefined> => {
    const found = known.get(key) ?? load()
    known.set(key, found)
    return found
  }
}
