// What is said between an upload's thread and the one that hashes. Messages are taken in the order they were sent.

import type { DigestAlgorithm } from '@wharden/oci'

/** Names a hash that goes on; never used twice. */
export type HashId = number

export type ToHashThread =
  | { readonly type: 'start'; readonly hash: HashId; readonly algorithm: DigestAlgorithm }
  | { readonly type: 'copy'; readonly hash: HashId; readonly as: HashId }
  | { readonly type: 'drop'; readonly hash: HashId }
  | Question

/** Each is answered, once it is done. */
export type Question =
  /** `bytes` are in shared memory, else they are copied; they stay as they are until the answer. */
  | { readonly type: 'update'; readonly call: number; readonly hash: HashId; readonly bytes: Uint8Array }
  | { readonly type: 'digest'; readonly call: number; readonly hash: HashId }
  /** How many hashes go on. */
  | { readonly type: 'count'; readonly call: number }

export type FromHashThread = { readonly call: number; readonly answer?: string | number }
