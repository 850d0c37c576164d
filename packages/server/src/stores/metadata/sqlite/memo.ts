import type { Executed, Parameter } from '../session.ts'

type Read = (sql: string, parameters: readonly Parameter[]) => Executed

export type Memo = {
  readonly read: Read
  /** Something was committed. */
  readonly forget: () => void
}

const ANSWERS_KEPT = 1_000
/** A manifest of four megabytes is not what is asked for thousands of times a second. */
const LARGEST_BYTES = 64 * 1024

/**
 * Remembers what statements found for as long as nothing is committed: this process's writer is the only one there is, so
 * until then they would find the same. Whoever awaits a write finds it forgotten by then.
 */
export function createMemo(read: Read): Memo {
  const answers = new Map<string, Map<string, Executed>>()
  let kept = 0

  function forget(): void {
    if (kept === 0) return
    answers.clear()
    kept = 0
  }

  return {
    forget,
    read(sql, parameters) {
      const key = keyOf(parameters)
      if (key === undefined) return read(sql, parameters)
      const known = answers.get(sql)?.get(key)
      if (known !== undefined) return known
      const found = read(sql, parameters)
      if (!found.rows.every(isSmall)) return found
      if (kept >= ANSWERS_KEPT) forget()
      const ofStatement = answers.get(sql) ?? new Map<string, Executed>()
      answers.set(sql, ofStatement.set(key, found))
      kept += 1
      return found
    },
  }
}

/** Undefined where a parameter is bytes: those are hashes of secrets, which are remembered elsewhere. */
function keyOf(parameters: readonly Parameter[]): string | undefined {
  let key = ''
  for (const parameter of parameters) {
    if (typeof parameter === 'object') return undefined
    key += `${typeof parameter === 'number' ? '#' : ''}${parameter}\0`
  }
  return key
}

function isSmall(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return true
  for (const value of Object.values(row))
    if (value instanceof Uint8Array && value.byteLength > LARGEST_BYTES) return false
  return true
}
