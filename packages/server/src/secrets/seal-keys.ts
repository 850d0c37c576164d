/** Where the key comes from that seals all others: the configuration, else a file made at the first start. */
import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { error, ok, type Result } from '@wharden/oci'
import { createDirectoryDurably, createFileDurably, readIfThere } from '@wharden/system'
import { sealKey, type SealKey, type SealKeys } from './seal.ts'

export type SealKeyOptions = {
  /** Where the key is kept if none is configured. */
  readonly path: string
  /** `WHARDEN_SEAL_KEY`: base64 of 32 bytes. With several servers on one database this is the way: all need the same. */
  readonly configured: string | undefined
  /** `WHARDEN_SEAL_KEY_PREVIOUS`: what `configured` was before, while secrets are being sealed anew. */
  readonly previous: string | undefined
}

const MAKE_ONE = 'make one with `openssl rand -base64 32`'
const OTHERS = 0o007

/** The keys to seal by, or a sentence that says why there are none. Throws what the file system throws. */
export async function loadSealKeys(options: SealKeyOptions): Promise<Result<SealKeys, string>> {
  const previous =
    options.previous === undefined
      ? ok(undefined)
      : fromBase64('the seal key in `WHARDEN_SEAL_KEY_PREVIOUS`', options.previous)
  if (previous.type === 'error') return previous
  const current =
    options.configured === undefined
      ? await fromFile(options.path)
      : fromBase64('the seal key in `WHARDEN_SEAL_KEY`', options.configured)
  return current.type === 'error' ? current : ok({ current: current.value, previous: previous.value })
}

/** Makes the file where it is missing. It is never overwritten: without its key nothing that was sealed opens again. */
async function fromFile(path: string): Promise<Result<SealKey, string>> {
  if ((await readIfThere(path)) === undefined) {
    await createDirectoryDurably(dirname(path))
    await createFileDurably(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  }
  // A group may read it: volumes shared by group (Kubernetes' fsGroup) are made so.
  if (process.platform !== 'win32' && ((await stat(path)).mode & OTHERS) !== 0) {
    return error(
      `the seal key in \`${path}\` can be read by every user of this machine: run \`chmod 600 ${path}\``,
    )
  }
  return fromBase64(`the seal key in \`${path}\``, await readFile(path, 'utf8'))
}

function fromBase64(what: string, text: string): Result<SealKey, string> {
  const trimmed = text.trim()
  const bytes = Buffer.from(trimmed, 'base64')
  // Node skips what isn't base64: a text that doesn't come back the same wasn't.
  const exact =
    bytes.toString('base64') === trimmed || bytes.toString('base64').replace(/=+$/, '') === trimmed
  if (!exact) return error(`${what} is not base64: ${MAKE_ONE}`)
  const key = sealKey(bytes)
  return key === undefined ? error(`${what} has ${bytes.length} bytes, not 32: ${MAKE_ONE}`) : ok(key)
}
