import type { CredentialStatus } from '../../../stores/metadata/port/credentials.ts'
import type { WrittenRule } from '../rules.ts'

/** What is absent stays as it is. */
export type TokenChange = {
  readonly label?: string | undefined
  readonly description?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly status?: CredentialStatus | undefined
  readonly repositories?: readonly WrittenRule[] | undefined
  readonly publicRepositories?: boolean | undefined
  readonly upstreams?: readonly WrittenRule[] | undefined
  readonly organizationScopes?: readonly string[] | undefined
  readonly scopeMap?: string | undefined
  readonly pullLimit?: number | null | undefined
}
