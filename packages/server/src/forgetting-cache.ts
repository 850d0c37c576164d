import type { Forgetful, Generation } from './generation.ts'
import type { Topic } from './stores/metadata/port/changes.ts'
import { createTopicIndex } from './topic-index.ts'

/** What a load found, and every topic it stands on. */
export type Loaded<Value> = { readonly value: Value; readonly topics: readonly Topic[] }

/** What was found otherwise than by its key. */
export type Found<Key, Value> = Loaded<Value> & { readonly key: Key }

export type ForgettingCache<Key, Value> = {
  /** What is kept, at once, or what `load` finds. Concurrent calls for one key share one load. */
  readonly get: (key: Key) => Value | Promise<Value>
  /** What `find` finds, kept as what `get` loads: something else than the key led there. */
  readonly learn: <Kind extends Found<Key, Value> | undefined>(find: () => Promise<Kind>) => Promise<Kind>
  /** What is kept, without loading: spares the hot path a promise. */
  readonly peek: (key: Key) => Value | undefined
  /** As if a change named these: for what is held by something that has had to make room. */
  readonly forget: (topics: readonly Topic[]) => void
  readonly size: () => number
  readonly close: () => void
}

export type ForgettingCacheOptions<Key, Value> = {
  /** How many entries at most; those used longest ago go first. */
  readonly limit: number
  /** Where entries differ much in size: each one's weight, and how much all may weigh together. */
  readonly weight?: { readonly of: (value: Value) => number; readonly limit: number }
  readonly load: (key: Key) => Promise<Loaded<Value>>
  /** False: the caller gets it, but it isn't kept. Everything is kept otherwise, answers of "there is none" too. */
  readonly keep?: (value: Value) => boolean
  /** Told of each key that made room for others. */
  readonly onRoomMade?: (key: Key) => void
}

/** What changed while a load was running. */
type Missed = { readonly topics: Set<Topic>; all: boolean }

/** A load is repeated this often when changes keep falling into it; then its last answer is given, but not kept. */
const ATTEMPTS = 4

const WEIGHTLESS = { of: () => 0, limit: 0 }

/**
 * A bounded cache whose entries say what they stand on. A load that was under way when one of its topics changed is thrown
 * away and done again, and whoever asks after a change never joins a load that began before it. So what `get` gives was
 * true at some moment after it was called.
 */
export function createForgettingCache<Key, Value>(
  generation: Generation,
  { limit, load, keep = () => true, weight = WEIGHTLESS, onRoomMade }: ForgettingCacheOptions<Key, Value>,
): ForgettingCache<Key, Value> {
  const entries = new Map<Key, Loaded<Value>>()
  let weighed = 0
  const keysByTopic = createTopicIndex<Key>()
  /** Loads that newcomers may join, and all that are still running. */
  const joinable = new Map<Key, Promise<Value>>()
  const running = new Set<Missed>()

  function use(key: Key): Loaded<Value> | undefined {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    entries.delete(key)
    entries.set(key, entry)
    return entry
  }

  function get(key: Key): Value | Promise<Value> {
    const entry = use(key)
    if (entry !== undefined) return entry.value
    const joined = joinable.get(key)
    if (joined !== undefined) return joined
    const promise = loadFresh(key).finally(() => {
      if (joinable.get(key) === promise) joinable.delete(key)
    })
    joinable.set(key, promise)
    return promise
  }

  async function loadFresh(key: Key): Promise<Value> {
    const { value } = await untilFresh(async () => {
      const { value, topics } = await load(key)
      return { key, value, topics }
    })
    return value
  }

  async function untilFresh<Kind extends Found<Key, Value> | undefined>(
    find: () => Promise<Kind>,
  ): Promise<Kind> {
    for (let attempt = 1; ; attempt += 1) {
      const missed: Missed = { topics: new Set(), all: false }
      running.add(missed)
      try {
        const found = await find()
        const stale = missed.all || (found?.topics.some((topic) => missed.topics.has(topic)) ?? false)
        if (!stale && found !== undefined && keep(found.value)) insert(found)
        if (!stale || attempt === ATTEMPTS) return found
      } finally {
        running.delete(missed)
      }
    }
  }

  function insert(found: Found<Key, Value>): void {
    const { key, topics } = found
    remove(key)
    entries.set(key, found)
    weighed += weight.of(found.value)
    for (const topic of topics) keysByTopic.add(topic, key)
    if (entries.size > limit || weighed > weight.limit) makeRoom()
  }

  /** For many at once: a map keeps the places of what was deleted, and whoever asks it for its eldest walks over them all. */
  function makeRoom(): void {
    for (const eldest of entries.keys()) {
      if (entries.size <= withRoom(limit) && weighed <= withRoom(weight.limit)) return
      remove(eldest)
      onRoomMade?.(eldest)
    }
  }

  function remove(key: Key): void {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    weighed -= weight.of(entry.value)
    for (const topic of entry.topics) keysByTopic.remove(topic, key)
  }

  const forgetful: Forgetful = {
    forget(topics) {
      joinable.clear()
      for (const missed of running) for (const topic of topics) missed.topics.add(topic)
      for (const topic of topics) for (const key of keysByTopic.keys(topic)) remove(key)
    },
    forgetAll() {
      joinable.clear()
      for (const missed of running) missed.all = true
      entries.clear()
      weighed = 0
      keysByTopic.clear()
    },
  }

  return {
    get,
    learn: untilFresh,
    peek: (key) => use(key)?.value,
    forget: (topics) => forgetful.forget(topics),
    size: () => entries.size,
    close: generation.register(forgetful),
  }
}

/** What stays of as much as may be kept. */
function withRoom(limit: number): number {
  return limit - Math.floor(limit / 32)
}
