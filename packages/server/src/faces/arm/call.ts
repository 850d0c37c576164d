import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from '../../context.ts'
import type { Caller } from '../../operations/caller.ts'
import type { House } from '../../operations/house.ts'
import type { AzureRegistry } from '../../operations/manage/azure-registry.ts'
import type { Address } from './address.ts'

/** One request of the control plane. */
export type Asked = {
  readonly house: House
  readonly context: Context
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly address: Address
}

/** One for what a registry has, by somebody who belongs to it. */
export type Call = Omit<Asked, 'context' | 'response'> & {
  readonly caller: Caller
  readonly registry: AzureRegistry
}

export type Reply = { readonly status: 200 | 201 | 204; readonly body?: object }

/** What each method does at a path. What isn't here is 405, never a default. */
export type Methods = { readonly [method: string]: (() => Promise<Reply>) | undefined }
