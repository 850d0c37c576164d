/**
 * One process per data directory.
 *
 * The lock is a file lock held by the kernel for us (SQLite's, by `node:sqlite`: fcntl on Unix, LockFileEx on Windows), because
 * it is the only kind that is right in every case we know of:
 *  - it dies with its process, kill -9 and power cut included: nothing stale to judge, nothing to clean up;
 *  - two containers sharing a volume see one another's. A pid file doesn't (each is pid 1 of its own name space, and a
 *    start time read from /proc is of that name space's process), nor does an abstract socket (per network name space);
 *  - there is no moment between judging a lock stale and taking it, as there is with sockets and pid files.
 * Node has no flock of its own. The file must never be opened by other means in this process: closing any descriptor of a file
 * drops the process's fcntl locks on it. So who owns it is told in a second file, for messages only.
 */
import { readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { writeFileDurably } from './durable-file.ts'
import type { Outcome } from './outcome.ts'

/** Who holds a directory, as it told when it took it. `since` is ISO 8601. */
export type LockOwner = { readonly pid: number; readonly host: string; readonly since: string }

export type LockProblem =
  | { readonly type: 'held'; readonly message: string; readonly owner: LockOwner | undefined }
  | { readonly type: 'unusable'; readonly message: string; readonly cause: unknown }

/** A directory that is ours until `close()` or the end of this process. */
export type DirectoryLock = { readonly directory: string; close(): Promise<void> }

const LOCK = 'lock'
const OWNER = 'lock.owner.json'
const SQLITE_BUSY = 5
/**
 * Milliseconds. Taking the lock has two steps; of processes that start at the same moment each could see the other
 * in between and give up. One more try after the other has let go settles it.
 */
const PATIENCE = 300

/** Takes an existing directory for this process, or says who has it. `now`: milliseconds since 1970. */
export async function lockDirectory(
  directory: string,
  now: number,
): Promise<Outcome<DirectoryLock, LockProblem>> {
  const taken = take(join(directory, LOCK))
  if (taken.type === 'busy') return { type: 'error', error: held(directory, await readOwner(directory)) }
  if (taken.type === 'failed') return { type: 'error', error: unusable(directory, taken.cause) }
  try {
    await writeOwner(directory, now)
  } catch (cause) {
    taken.database.close()
    return { type: 'error', error: unusable(directory, cause) }
  }
  return { type: 'ok', value: heldLock(directory, taken.database) }
}

type Taken =
  | { readonly type: 'ours'; readonly database: DatabaseSync }
  | { readonly type: 'busy' }
  | { readonly type: 'failed'; readonly cause: unknown }

function take(path: string): Taken {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: PATIENCE })
    // Never committed, so nothing is ever written: all that is wanted is the lock.
    database.exec('BEGIN EXCLUSIVE')
    return { type: 'ours', database }
  } catch (cause) {
    database?.close()
    return isBusy(cause) ? { type: 'busy' } : { type: 'failed', cause }
  }
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY
}

function heldLock(directory: string, database: DatabaseSync): DirectoryLock {
  let open = true
  return {
    directory,
    async close() {
      if (!open) return
      open = false
      // First the note, while it is still certainly ours.
      await rm(join(directory, OWNER), { force: true }).finally(() => database.close())
    },
  }
}

async function writeOwner(directory: string, now: number): Promise<void> {
  const owner: LockOwner = { pid: process.pid, host: hostname(), since: new Date(now).toISOString() }
  await writeFileDurably(join(directory, OWNER), `${JSON.stringify(owner)}\n`)
}

/** What the holder wrote; nothing where it is only just taking the lock, or was an older version. */
async function readOwner(directory: string): Promise<LockOwner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(join(directory, OWNER), 'utf8'))
    return isOwner(owner) ? owner : undefined
  } catch {
    return undefined
  }
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false
  if (!('pid' in value && 'host' in value && 'since' in value)) return false
  return typeof value.pid === 'number' && typeof value.host === 'string' && typeof value.since === 'string'
}

function held(directory: string, owner: LockOwner | undefined): LockProblem {
  const by =
    owner === undefined
      ? 'another process'
      : `process ${owner.pid} on \`${owner.host}\` (since ${owner.since})`
  const message = `the data directory \`${directory}\` is in use by ${by}: stop it, or choose another directory`
  return { type: 'held', message, owner }
}

function unusable(directory: string, cause: unknown): LockProblem {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `the data directory \`${directory}\` can't be locked (${reason}): check that it exists and may be written to`
  return { type: 'unusable', message, cause }
}
