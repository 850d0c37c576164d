/** What became of one check. */
export type Outcome =
  | { readonly type: 'passed'; readonly detail: string }
  | { readonly type: 'failed'; readonly output: string }
  /** `excused`: it needs another toolchain that is absent here, which is no failure even in CI. */
  | { readonly type: 'skipped'; readonly reason: string; readonly excused: boolean }

export type Check = { readonly name: string; readonly run: () => Promise<Outcome> }
