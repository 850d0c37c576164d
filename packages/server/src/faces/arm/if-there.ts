import { AppError } from '../../errors.ts'

/** @returns undefined for what is not there; every other failure goes on */
export async function ifThere<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'not-found') return undefined
    throw cause
  }
}
