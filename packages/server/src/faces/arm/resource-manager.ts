import { AppError } from '../../errors.ts'
import { parseAuthorization } from '../../http/authorization.ts'
import { queryOf } from '../../http/query-of.ts'
import type { Caller } from '../../operations/caller.ts'
import { callerOfManagement } from '../../operations/caller-of-management.ts'
import { azureRegistryOf } from '../../operations/manage/azure-registry.ts'
import { act } from './act.ts'
import type { Asked, Reply } from './call.ts'
import { cloudMetadata } from './discovery.ts'
import { methodsAt } from './endpoints.ts'
import { isOf } from './own-name.ts'
import { parseArmPath } from './parse-arm-path.ts'

/** @throws {AppError} */
export async function askResourceManager(asked: Asked): Promise<Reply> {
  const { house, request, address } = asked
  const target = request.url ?? ''
  if (/^\/metadata\/endpoints\/?(\?|$)/i.test(target)) {
    const metadata = cloudMetadata(address, queryOf(target).get('api-version'))
    return act(asked, { GET: async () => ({ status: 200, body: metadata }) })
  }
  const caller = await signedIn(asked)
  const registry = await azureRegistryOf(house, caller)
  const path = parseArmPath(target)
  if (path === undefined) {
    throw new AppError(
      'not-found',
      'nothing is at this address: of what Azure’s API manages, there are a registry’s tokens, their credentials and scope maps',
    )
  }
  if (!isOf(registry, path.place)) {
    throw new AppError(
      'not-found',
      `this service principal sees the registry \`${registry.name}\` in the subscription \`${registry.subscription}\`, and nothing besides`,
    )
  }
  return act(asked, methodsAt({ house, request, address, caller, registry }, path))
}

/** @throws {AppError} `credential-invalid` */
async function signedIn({ house, context, request }: Asked): Promise<Caller> {
  const authorization = parseAuthorization(request.headers.authorization)
  if (authorization.type === 'bearer') return callerOfManagement(house, context, authorization.token)
  throw new AppError(
    'credential-invalid',
    'sign in first: `az login --service-principal`, with what `wharden service-principal create` made',
  )
}
