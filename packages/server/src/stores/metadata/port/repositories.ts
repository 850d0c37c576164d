import type { Digest, ManifestReference, RepositoryName } from '@wharden/oci'
import type { OrganizationId, RepositoryId, Visible } from '@wharden/policy'
import type { Page, PageQuery } from './page.ts'

/** ACR's attributes: false forbids. https://learn.microsoft.com/azure/container-registry/container-registry-image-lock */
export type Locks = {
  readonly deleteEnabled: boolean
  readonly writeEnabled: boolean
  readonly readEnabled: boolean
  readonly listEnabled: boolean
}

export type RepositoryRecord = {
  readonly id: RepositoryId
  readonly organization: OrganizationId
  /** Inside the organization: `samples/nginx`. */
  readonly name: RepositoryName
  /** `reserved`: named by a grant before the first push; shown to nobody. */
  readonly state: 'reserved' | 'live'
  readonly visibility: 'public' | 'private'
  readonly description: string
  readonly locks: Locks
  readonly createdAt: number
  readonly updatedAt: number
}

/** What the asker may see, or everything: what an administrator's list shows. */
export type VisibleFilter = Visible | { readonly type: 'all' }

export interface RepositoryReader {
  byId(id: RepositoryId): Promise<RepositoryRecord | undefined>
  /** Hot. Reserved ones too: look at `state`. */
  byName(organization: OrganizationId, name: RepositoryName): Promise<RepositoryRecord | undefined>
  byIds(ids: readonly RepositoryId[]): Promise<readonly RepositoryRecord[]>
  /** Of one organization, by name in byte order; `last` is a name. Reserved and unlisted ones are in no list. */
  list(organization: OrganizationId, visible: VisibleFilter, page: PageQuery): Promise<Page<RepositoryRecord>>
  /** Of all, by `organization/name` in byte order, which is also what `last` is. For `_catalog`. */
  catalog(visible: VisibleFilter, page: PageQuery): Promise<Page<CatalogEntry>>
  count(organization: OrganizationId): Promise<number>
  contents(id: RepositoryId): Promise<RepositoryContents>
  /** A tag or manifest in it that is locked against deletion, if there is one. `part`: one that needs this blob or manifest. */
  undeletable(id: RepositoryId, part?: Digest): Promise<UndeletableImage | undefined>
}

/** How much is in it, unlisted or not, and when that was last pushed or moved. */
export type RepositoryContents = {
  readonly manifests: number
  readonly tags: number
  readonly updatedAt: number | undefined
}

export type UndeletableImage = { readonly reference: ManifestReference; readonly locks: Locks }

export type CatalogEntry = {
  /** `organization/name` */
  readonly fullName: string
  readonly repository: RepositoryRecord
}

export interface RepositoryActivation {
  /** The live repository of this name, made or brought to life if need be, with the id that grants already hold. */
  activate(
    organization: OrganizationId,
    name: RepositoryName,
    fields?: { readonly visibility?: 'public' | 'private' },
  ): Promise<{ readonly repository: RepositoryRecord; readonly created: boolean }>
  /** As it is; until this transaction ends nobody changes it. */
  hold(id: RepositoryId): Promise<RepositoryRecord | undefined>
}

export interface Repositories extends RepositoryReader, RepositoryActivation {
  /** @returns undefined if a live repository has the name */
  create(repository: {
    readonly organization: OrganizationId
    readonly name: RepositoryName
    readonly visibility?: 'public' | 'private' | undefined
    readonly description?: string | undefined
  }): Promise<RepositoryRecord | undefined>
  /** For a grant: the id this name has or will have. */
  resolveOrReserve(organization: OrganizationId, name: RepositoryName): Promise<RepositoryRecord>
  /** The same for many names, in a few statements. */
  reserve(
    organization: OrganizationId,
    names: readonly RepositoryName[],
  ): Promise<ReadonlyMap<RepositoryName, RepositoryId>>
  setVisibility(id: RepositoryId, visibility: 'public' | 'private'): Promise<RepositoryRecord | undefined>
  setDescription(id: RepositoryId, description: string): Promise<RepositoryRecord | undefined>
  setLocks(id: RepositoryId, locks: Partial<Locks>): Promise<RepositoryRecord | undefined>
  /** With its tags, manifests, links and uploads. Rules that held the id stay, dead, with the name for display. */
  delete(id: RepositoryId): Promise<boolean>
}
