import { showToken } from '../../operations/manage/token/token.ts'
import { tokenByName } from '../../operations/manage/token/token-by-name.ts'
import type { Call } from './call.ts'

type TokenView = Awaited<ReturnType<typeof showToken>>
export type RegistryTokenView = Extract<TokenView, { readonly kind: 'registry-token' }>

/** @throws {AppError} `not-found`, `denied` */
export async function findToken({ house, caller, registry }: Call, name: string): Promise<RegistryTokenView> {
  const { id } = await tokenByName(house, caller, { organization: registry.name, name }, 'token/read')
  return asRegistryToken(await showToken(house, caller, { token: id }))
}

/** Of the tokens here no others have names that are asked for. */
export function asRegistryToken(view: TokenView): RegistryTokenView {
  if (view.kind === 'registry-token') return view
  throw new Error(`a token of kind ${view.kind} was found by a registry token's name`)
}
