import { isContractProcedure } from '@orpc/contract'
import { contract } from './api-contract.ts'
import type { Access } from './access.ts'

/** One operation of the API as a row: what walks all of them (tests, the reference) reads this. */
export type Operation = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly access: Access
}

/** Every operation of the contract, in its order. */
export function operations(): readonly Operation[] {
  return Object.values(contract).flatMap((noun) =>
    Object.values(noun).flatMap((candidate): readonly Operation[] => {
      if (!isContractProcedure(candidate)) return []
      const { route, meta } = candidate['~orpc']
      return [
        {
          id: route.operationId ?? '',
          method: route.method ?? '',
          path: route.path ?? '',
          access: meta.access,
        },
      ]
    }),
  )
}
