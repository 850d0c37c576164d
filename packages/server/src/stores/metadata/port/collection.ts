/** What is remembered of garbage collection: its last run, and an administrator's wish for one. */

/** Somebody wants a run now, whatever the schedule says. The leader sees it, on whichever node it was asked. */
export type CollectionWish = {
  readonly id: string
  readonly askedAt: number
  readonly askedBy: string
  readonly afterSeconds: number
}

export type CollectionCounts = {
  /** Repositories that let go of a blob none of their manifests needs. */
  readonly links: number
  /** Blobs no repository links any more; they are deleted by a later run. */
  readonly marked: number
  /** Blobs that were deleted, and their bytes. */
  readonly blobs: number
  readonly bytes: number
  /** Keys whose bytes were deleted: of these blobs, of cancelled uploads, of blobs that were there already. */
  readonly keys: number
  /** False: it stopped at its bound, and the next run goes on. */
  readonly complete: boolean
}

export type CollectionRun = CollectionCounts & {
  readonly startedAt: number
  /** Null: it is running, or its process ended in the middle. */
  readonly endedAt: number | null
  readonly askedBy: string | null
  readonly afterSeconds: number
}

export interface CollectionReader {
  last(): Promise<CollectionRun | undefined>
  wish(): Promise<CollectionWish | undefined>
}

export interface Collection extends CollectionReader {
  /** Replaces the wish there is. */
  ask(wish: CollectionWish): Promise<void>
  /** Remembers the run; `fulfilled` is the wish it came from, forgotten with it. */
  keep(run: CollectionRun, fulfilled?: CollectionWish): Promise<void>
}
