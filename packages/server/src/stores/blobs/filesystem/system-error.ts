import { BlobStoreFullError } from '../port.ts'

/** Whether the operating system refused with one of these codes. */
export function isSystemError(cause: unknown, ...codes: readonly string[]): boolean {
  return (
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && codes.includes(cause.code)
  )
}

/** What an act gives, or undefined where the file doesn't exist. */
export async function unlessMissing<Value>(act: Promise<Value>): Promise<Value | undefined> {
  try {
    return await act
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** Says "full" in the port's word; a quota (EDQUOT) is a full disk to its owner. */
export async function orFull<Value>(act: Promise<Value>): Promise<Value> {
  try {
    return await act
  } catch (cause) {
    throw isSystemError(cause, 'ENOSPC', 'EDQUOT') ? new BlobStoreFullError({ cause }) : cause
  }
}
