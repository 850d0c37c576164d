import type { IncomingMessage } from 'node:http'
import type { RepositoryName } from '@wharden/oci'
import type { Caller } from '../../operations/caller.ts'
import type { House } from '../../operations/house.ts'
import { resolveTarget, type Target } from '../../operations/target.ts'
import type { Place } from './views.ts'

/** One request of Azure's data plane, its path parsed. */
export type Call = {
  readonly house: House
  readonly caller: Caller
  readonly request: IncomingMessage
}

export type Reply = { readonly status: 200 | 202; readonly body?: object; readonly link?: string | undefined }

/** What each method does at a path. What isn't here is 405, never a default. */
export type Methods = { readonly [method: string]: (() => Promise<Reply>) | undefined }

export function targetOf({ house, caller }: Call, name: RepositoryName): Promise<Target> {
  return resolveTarget(house, caller.context.site, name)
}

export function placeOf({ caller }: Call, name: RepositoryName): Place {
  return { registry: caller.context.site.authority, imageName: name }
}
