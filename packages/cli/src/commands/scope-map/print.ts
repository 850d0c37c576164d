import type { ApiClient, ScopeMap } from '@wharden/api'
import { azureTime } from '../../azure/resource.ts'
import { scopeMapsJson, scopeMapType } from '../../azure/scope-map.ts'
import type { View } from '../../output/view.ts'
import type { OrganizationOptions, Session } from '../../session.ts'

const OURS: View<ScopeMap> = [
  ['NAME', ({ name }) => name],
  ['TYPE', ({ type }) => type],
  [
    'REPOSITORIES',
    ({ repositories }) => repositories.map((rule) => `${rule.repository}: ${rule.permissions.join('+')}`),
  ],
  ['TOKENS', ({ tokens }) => tokens],
  ['DESCRIPTION', ({ description }) => description],
  ['CREATED', ({ createdAt }) => createdAt],
]

/** The columns of `az acr scope-map list`, whose `TYPE` is blank in az by a slip. */
const AZURES: View<ScopeMap> = [
  ['NAME', ({ name }) => name],
  ['TYPE', scopeMapType],
  ['CREATION DATE', ({ createdAt }) => azureTime(createdAt)],
  ['DESCRIPTION', ({ description }) => shortened(description)],
]

/** As az cuts it. */
function shortened(text: string): string {
  return text.length > 57 ? `${text.slice(0, 57)}...` : text
}

function viewFor({ registry }: OrganizationOptions): View<ScopeMap> {
  return registry === undefined ? OURS : AZURES
}

export async function printScopeMaps(
  session: Session,
  api: ApiClient,
  options: OrganizationOptions,
  maps: readonly ScopeMap[],
): Promise<void> {
  await session.print(maps, viewFor(options), () => scopeMapsJson(api, maps))
}

export async function printScopeMap(
  session: Session,
  api: ApiClient,
  options: OrganizationOptions,
  map: ScopeMap,
): Promise<void> {
  const inFull = async (): Promise<object> => (await scopeMapsJson(api, [map]))[0] ?? {}
  await session.print(map, viewFor(options), inFull)
}
