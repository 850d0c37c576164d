const MEBIBYTE = 1024 * 1024

/** A multipart upload's parts are numbered up to this (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
export const LAST_PART = 10_000

/** The sizes parts have, in bytes. */
export type PartSizes = {
  /** A part may be smaller only if it is the last: 5 MiB in S3. */
  readonly least: number
  readonly of: (number: number) => number
}

/** So many parts of one size, and then as many of twice that. */
const STEP = 2_000
const LARGEST_STEP = 3

/**
 * Grow with the upload, for its length is unknown and its parts are counted: 8 MiB up to 15 GiB, then 16, 32 and 64 MiB,
 * which makes 360 GiB. A writer holds three parts at most (`multipart.ts`): 24 MiB for nearly all, 192 MiB at the end.
 */
export const PART_SIZES: PartSizes = {
  least: 5 * MEBIBYTE,
  of: (number) => 8 * MEBIBYTE * 2 ** Math.min(LARGEST_STEP, Math.floor((number - 1) / STEP)),
}
