/**
 * Files that are whole or absent, also after a power cut: written beside their place, flushed, put in place by one
 * atomic act, and the directory flushed too (without which the *name* may be lost: https://man7.org/linux/man-pages/man2/fsync.2.html).
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

export type WriteOptions = {
  /** Permission bits, set exactly, whatever the umask says. Keys: 0o600. Default 0o644. */
  readonly mode?: number
}

/** Replaces `path` with `data`: a reader sees the old content or the new, never a part. Throws the system's error. */
export async function writeFileDurably(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = await writeBeside(path, data, options.mode ?? 0o644)
  await orUnlink(temporary, () => rename(temporary, path))
  await syncDirectory(dirname(path))
}

/**
 * Creates `path` unless it exists: of several processes starting at once exactly one hears `true`, and all then read
 * the same content. Throws the system's error for anything else than "exists".
 */
export async function createFileDurably(
  path: string,
  data: string | Uint8Array,
  options: WriteOptions = {},
): Promise<boolean> {
  const temporary = await writeBeside(path, data, options.mode ?? 0o644)
  // A link, not a rename: it fails where the name is taken, and the name appears with its whole content.
  const created = await link(temporary, path)
    .then(() => true, existsAlready)
    .finally(() => unlink(temporary))
  await syncDirectory(dirname(path))
  return created
}

/** Creates a directory and its missing parents (mode for those created), each durable by name. */
export async function createDirectoryDurably(path: string, mode = 0o700): Promise<void> {
  const last = resolve(path)
  const first = await mkdir(last, { recursive: true, mode })
  if (first === undefined) return
  for (let made = last; ; made = dirname(made)) {
    await syncDirectory(dirname(made))
    if (made === resolve(first) || made === dirname(made)) return
  }
}

/** The text of a file, or `undefined` where there is none. Throws the system's error for anything else. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** Makes names created, renamed or removed in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  // Windows can't open a directory for flushing; NTFS journals names by itself.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function writeBeside(path: string, data: string | Uint8Array, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  const file = await open(temporary, 'wx', mode)
  await orUnlink(temporary, async () => {
    try {
      await file.chmod(mode) // open()'s mode passes through the umask
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
  })
  return temporary
}

async function orUnlink(temporary: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (cause) {
    await unlink(temporary).catch(() => {})
    throw cause
  }
}

function existsAlready(cause: unknown): false {
  if (hasCode(cause, 'EEXIST')) return false
  throw cause
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code
}
