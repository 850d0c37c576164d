/** Where long work is. Told often: whoever shows it leaves out most. */
export type Progress =
  | { readonly type: 'rows'; readonly act: string; readonly table: string; readonly rows: number }
  | { readonly type: 'blobs'; readonly act: string; readonly count: number; readonly bytes: number }

export type Copying = {
  readonly progress: (progress: Progress) => void
  /** What isn't as it should be, and is no reason to stop. */
  readonly warn: (sentence: string) => void
  /** Aborted when the operator wants it to end. */
  readonly signal: AbortSignal
}
