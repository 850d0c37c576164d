import type { Access } from '@wharden/api'
import { AppError } from '../../errors.ts'
import type { Caller } from '../../operations/caller.ts'
import type { House } from '../../operations/house.ts'
import { knownItems } from './known-items.ts'

export type ApiContext = {
  readonly caller: Caller
  /** Tells the client when to come back. */
  readonly wait: (seconds: number | undefined) => void
}

type Asked<Input> = {
  readonly context: Pick<ApiContext, 'caller'>
  readonly input: Input
  readonly procedure: { readonly '~orpc': { readonly outputSchema?: unknown } }
}

type Act<Input, Output> = (house: House, caller: Caller, input: Input) => Promise<Output>

/** Hands operations of a house their caller and their input. */
export function handing(house: House) {
  return <Input, Output>(act: Act<Input, Output>) =>
    async ({ context, input, procedure }: Asked<Input>): Promise<Output> => {
      const output = await act(house, context.caller, input)
      return knownItems(procedure['~orpc'].outputSchema, output, (count) =>
        context.caller.context.log.warn(
          { count },
          'a list is shown without what a newer version has written',
        ),
      )
    }
}

/** Everything but what is public needs to know who asks; whether they may is each operation's own to say. */
export function requireCredential(access: Access, { principal }: Caller): void {
  if (access.type === 'public' || principal.type === 'credential') return
  throw new AppError(
    'credential-invalid',
    'sign in first: `wharden login`, or send a token as `Authorization: Bearer`',
  )
}
