import type { Exit } from './exit-code.ts'

/** Ends a command: `message` says what happened and why, `next` what to do about it, `exit` what the shell sees. */
export class CliError extends Error {
  readonly exit: Exit
  readonly next: string | undefined

  constructor(exit: Exit, message: string, next?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CliError'
    this.exit = exit
    this.next = next
  }
}
