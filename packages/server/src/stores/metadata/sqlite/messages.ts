import type { Executed, Parameter } from '../session.ts'

/** `workerData` of the writer's thread. */
export type WriterSettings = {
  readonly file: string
  /** A transaction whose owner has nothing to say for so many milliseconds is rolled back. */
  readonly patience: number
}

/** One transaction of several statements, or one statement that is a transaction by itself. */
export type ToWriter =
  | { readonly type: 'begin'; readonly unit: number }
  | {
      readonly type: 'execute'
      readonly unit: number
      readonly call: number
      readonly sql: string
      readonly parameters: readonly Parameter[]
    }
  | { readonly type: 'commit'; readonly unit: number }
  | { readonly type: 'rollback'; readonly unit: number }
  | {
      readonly type: 'single'
      readonly unit: number
      readonly sql: string
      readonly parameters: readonly Parameter[]
    }
  | { readonly type: 'close' }

export type WriterFailure = {
  readonly type: 'sqlite' | 'timeout'
  readonly message: string
  /** https://www.sqlite.org/rescode.html */
  readonly code: number | undefined
}

export type FromWriter =
  | { readonly type: 'executed'; readonly call: number; readonly executed: Executed }
  | { readonly type: 'refused'; readonly call: number; readonly failure: WriterFailure }
  /** Durable, or taken back at its own wish. */
  | { readonly type: 'ended'; readonly unit: number; readonly executed: Executed }
  | { readonly type: 'failed'; readonly unit: number; readonly failure: WriterFailure }
