import { AppError } from '../errors.ts'
import { StoreError } from '../stores/metadata/store-error.ts'
import { CopyError } from './copy-error.ts'

/** Runs a backup, restore or move; whatever ends it early becomes a sentence. @throws CopyError */
export async function explainFailure<Report>(
  signal: AbortSignal,
  interrupted: string,
  work: () => Promise<Report>,
): Promise<Report> {
  try {
    return await work()
  } catch (cause) {
    if (signal.aborted) throw new CopyError('interrupted', interrupted, { cause })
    if (cause instanceof StoreError)
      throw new CopyError(cause.code === 'conflict' ? 'conflict' : 'failed', cause.message, { cause })
    if (cause instanceof AppError) throw new CopyError('failed', cause.message, { cause })
    if (cause instanceof Error && 'syscall' in cause && !(cause instanceof CopyError))
      throw new CopyError('failed', `the operating system refused: ${cause.message}`, { cause })
    throw cause
  }
}
