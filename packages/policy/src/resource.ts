import type { ManifestReference, RegistryHost, RepositoryName } from '@wharden/oci'
import type { OrganizationId, RepositoryId } from './ids.ts'

/** What is asked about. */
export type Resource =
  | {
      readonly type: 'repository'
      readonly organization: OrganizationId
      /** `undefined`: neither made nor reserved. */
      readonly repository: RepositoryId | undefined
      /** Inside the organization: `samples/nginx`. */
      readonly name: RepositoryName
      /** The tag or manifest, where the question is about one. */
      readonly reference?: ManifestReference | undefined
    }
  | {
      readonly type: 'upstream'
      /** Canonical: see `canonicalHost`. */
      readonly host: RegistryHost
      readonly name: RepositoryName
      readonly reference?: ManifestReference | undefined
    }
  /** A host as resolver and proxy see it. Canonical, with its port unless that is 443. */
  | { readonly type: 'host'; readonly host: RegistryHost }
  | { readonly type: 'organization'; readonly organization: OrganizationId }
  | { readonly type: 'installation' }
