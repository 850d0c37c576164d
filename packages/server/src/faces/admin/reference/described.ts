import type { OpenAPI } from '@orpc/openapi'

/** An operation with where it is. */
export type Described = {
  readonly method: string
  readonly path: string
  readonly operation: OpenAPI.OperationObject
}
