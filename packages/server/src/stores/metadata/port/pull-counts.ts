/** Whose pulls are counted together: `credential:<id>`, `user:<id>@<organization's id>`, `address:<network>@<the same>`. */
export type PullSubject = `${'credential' | 'user' | 'address'}:${string}`

export type PullCount = {
  /** Milliseconds since 1970: the window's first pull. */
  readonly windowStart: number
  readonly pulls: number
}

export interface PullCountReader {
  /** As it was left: its window may be over. */
  of(subject: PullSubject): Promise<PullCount | undefined>
}

export interface PullCounts extends PullCountReader {
  /**
   * Counts one pull, if fewer than `limit` were counted since the window's begin; a window that began at `after` or earlier is
   * over, and this pull begins the next. One statement: no two nodes count past the limit, whatever they do at once.
   * @returns undefined if the limit is used up
   */
  take(
    subject: PullSubject,
    asked: { readonly limit: number; readonly now: number; readonly after: number },
  ): Promise<PullCount | undefined>
  /** Forgets windows that began at this time or earlier. @returns how many */
  deleteUpTo(windowStart: number): Promise<number>
}
