/** What is left of a pull limit: what a decision needs of it, and what answers tell. */
export type PullsLeft = {
  readonly limit: number
  readonly remaining: number
  readonly windowSeconds: number
  /** Milliseconds since 1970: when all of them are there again. */
  readonly resets: number
  /** Whose limit it is, as the client is told: an id, or an address. */
  readonly source: string
}
