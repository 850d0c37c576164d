import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '../../errors.ts'
import type { Query } from '../../http/query-of.ts'
import type { Caller } from '../../operations/caller.ts'
import type { House } from '../../operations/house.ts'
import type { Target } from '../../operations/target.ts'
import type { RegistryPath } from './parse-path.ts'

/** One request of the registry's protocol, parsed. */
export type Call = {
  readonly house: House
  readonly caller: Caller
  readonly path: RegistryPath
  /** Present where the path names a repository. */
  readonly target?: Target
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: Query
}

export type Endpoint = (call: Call) => Promise<void>

/** A call whose path is of one type, with its target: what the endpoint table already guarantees. */
export type CallOf<Type extends RegistryPath['type']> = Omit<Call, 'path' | 'target'> & {
  readonly path: Extract<RegistryPath, { readonly type: Type }>
  readonly target: Target
}

/** Makes an endpoint of a handler for one type of path. */
export function endpoint<Type extends RegistryPath['type']>(
  type: Type,
  handle: (call: CallOf<Type>) => Promise<void>,
): Endpoint {
  return (call) => {
    const { path, target } = call
    if (target === undefined || !isType(path, type))
      throw new AppError('not-found', 'there is no such endpoint')
    return handle({ ...call, path, target })
  }
}

function isType<Type extends RegistryPath['type']>(
  path: RegistryPath,
  type: Type,
): path is Extract<RegistryPath, { readonly type: Type }> {
  return path.type === type
}
