/** Something to be done again and again, by one process of all. */
export type Job = {
  /** Kebab-case; appears in the log. */
  readonly name: string
  /** From the end of one run to the begin of the next. */
  readonly everyMilliseconds: number
  /**
   * One run. It must stop soon after `signal`, between two steps each of which leaves everything in order: another process
   * may be leading already, and begin the same job.
   */
  run(signal: AbortSignal): Promise<void>
}
