/** What an organization's tokens are given, from the words of the API to rules, and back. */
import { isOatScope, OAT_RIGHTS, SCOPE_MAP_RIGHTS, type OrganizationId, type RightsOf } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { NewRule } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Gift } from '../held.ts'
import { actionsFor, bindRules, readRules, type Meaning, type ReadRule, type WrittenRule } from '../rules.ts'

/** What an organization access token is given, in the API's words; what is absent stays as it is. */
export type OatGifts = {
  readonly repositories?: readonly WrittenRule[] | undefined
  readonly publicRepositories?: boolean | undefined
  readonly upstreams?: readonly WrittenRule[] | undefined
  readonly organizationScopes?: readonly string[] | undefined
}

export type Section = 'repositories' | 'public' | 'upstreams' | 'organization'

/** Which of the API's fields a rule belongs to. */
export function sectionOf({ pattern }: Pick<NewRule, 'pattern'>): Section {
  switch (pattern.type) {
    case 'public':
      return 'public'
    case 'upstream':
      return 'upstreams'
    case 'organization':
    case 'installation':
      return 'organization'
    case 'repository':
    case 'under':
      return 'repositories'
  }
}

const oatMeaning: Meaning = (permission) => (isOatScope(permission) ? OAT_RIGHTS[permission] : undefined)
const registryMeaning: Meaning = (permission) =>
  Object.hasOwn(SCOPE_MAP_RIGHTS, permission)
    ? SCOPE_MAP_RIGHTS[permission as keyof typeof SCOPE_MAP_RIGHTS] // an own key of it, as was just seen
    : undefined

const PULL: RightsOf = OAT_RIGHTS['scope-image-pull']

/** The part of a change that binds what an organization access token is given. */
export async function bindOatGifts(
  tx: ChangeNouns,
  organization: OrganizationId,
  gifts: OatGifts,
): Promise<readonly (NewRule & Gift)[]> {
  const { repositories = [], upstreams = [], publicRepositories = false, organizationScopes = [] } = gifts
  const written = [...only('ours', repositories, 'repositories'), ...only('upstream', upstreams, 'upstreams')]
  const bound = await bindRules(tx, organization, written, oatMeaning)
  const everywhere = { pattern: { type: 'public' }, actions: PULL.public, label: '*/*/public' } as const
  const pattern = { type: 'organization', organization } as const
  const actions = actionsFor(organizationScopes, pattern, oatMeaning)
  return [
    ...bound,
    ...(publicRepositories ? [everywhere] : []),
    ...(actions.length > 0 ? [{ pattern, actions, label: organizationScopes.join(',') }] : []),
  ]
}

/** The part of a change that binds what a registry token may pull through the gateway, besides its scope map. */
export async function bindRegistryUpstreams(
  tx: ChangeNouns,
  organization: OrganizationId,
  upstreams: readonly WrittenRule[],
): Promise<readonly (NewRule & Gift)[]> {
  return bindRules(tx, organization, only('upstream', upstreams, 'upstreams'), registryMeaning)
}

/** @throws {AppError} `invalid` for a line that names the other sort of repository */
export function only(
  type: 'ours' | 'upstream',
  written: readonly WrittenRule[],
  field: string,
): readonly ReadRule[] {
  return readRules(written, field).map((rule, index) => {
    if (rule.selector.type === type) return rule
    throw new AppError(
      'invalid',
      type === 'ours'
        ? 'repositories of other registries go under `upstreams`'
        : 'begin with a registry host, e.g. `docker.io/library/*`',
      { field: `${field}.${index}.repository` },
    )
  })
}
