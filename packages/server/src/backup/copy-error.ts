/** What the shell is told: `usage` for wrong options and settings, `conflict` where something is in the way. */
export type CopyExit = 'failed' | 'usage' | 'conflict' | 'interrupted'

/** Why a backup, a restore or a move didn't come to its end, in a sentence for the operator. */
export class CopyError extends Error {
  readonly exit: CopyExit

  constructor(exit: CopyExit, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CopyError'
    this.exit = exit
  }
}
