import { contract } from '@wharden/api'
import { implement } from '@orpc/server'
import type { House } from '../../operations/house.ts'
import { handing, requireCredential, type ApiContext } from './hand-over.ts'

export type Routing = ReturnType<typeof openRouting>

/** What operations are tied to the contract by. */
export function openRouting(house: House) {
  const os = implement(contract)
    .$context<ApiContext>()
    // Before the input is looked at: nobody learns from our complaints what an operation takes.
    .use(async ({ context, procedure, next }) => {
      requireCredential(procedure['~orpc'].meta.access, context.caller)
      return next()
    })
  return { os, by: handing(house) }
}
