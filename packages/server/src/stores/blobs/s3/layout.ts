// What is in the bucket:
//
//   <prefix>
//     00/ … ff/                     256 shards, as in a directory: stores of both kinds can be copied file by file
//       0193…c4ff                   bytes: a blob, or an upload as it stood at a checkpoint; also the name of a multipart upload
//       0193…c4ff-0193…70aa         a checkpoint of the multipart upload `0193…c4ff`: its tail and its list of parts
//
// **No object is ever written twice**: a name is made for one request that writes it, and what it holds stays until it is
// deleted. So a writer that outlived its lease has no name in its hands under which it could change what others read.

import type { BlobKey } from '../blob-key.ts'
import { parseBlobKey } from '../blob-key.ts'
import { shardOf } from '../shards.ts'

export type Layout = {
  /** The name of a key's object. All other names of the key begin with it. */
  readonly blob: (key: BlobKey) => string
  readonly checkpoint: (key: BlobKey, checkpoint: BlobKey) => string
  /** The key that a name belongs to, or undefined where the object isn't ours. */
  readonly keyOf: (name: string) => BlobKey | undefined
}

const KEY_LENGTH = 32

/** @param prefix empty, or ending with a slash */
export function createLayout(prefix: string): Layout {
  const blob = (key: BlobKey): string => `${prefix}${shardOf(key)}/${key}`
  return {
    blob,
    checkpoint: (key, checkpoint) => `${blob(key)}-${checkpoint}`,
    keyOf(name) {
      const last = name.slice(name.lastIndexOf('/') + 1)
      const key = parseBlobKey(last.slice(0, KEY_LENGTH))
      if (key === undefined || !name.startsWith(blob(key))) return undefined
      return last.length === KEY_LENGTH || last[KEY_LENGTH] === '-' ? key : undefined
    },
  }
}
