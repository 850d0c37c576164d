import type { Scope } from '@wharden/oci'
import type { Principal } from '@wharden/policy'
import type { Context } from '../context.ts'
import type { SecretHash } from '../identity/secret.ts'

/**
 * Who asks for an operation, and how much they asked to be able to: a registry token's scopes bound it, whatever its
 * credential may; Basic credentials and sessions are bounded by nothing but their rights.
 */
export type Caller = {
  readonly context: Context
  readonly principal: Principal
  readonly asked: 'everything' | readonly Scope[]
  /** What proved it, where a secret itself was sent to the administration API: a token may renew that. */
  readonly presented?: SecretHash | undefined
}
