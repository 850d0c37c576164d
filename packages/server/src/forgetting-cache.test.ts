import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createForgettingCache, type Loaded } from './forgetting-cache.ts'
import { createGeneration, type Generation } from './generation.ts'
import type { Change, ChangeFeed, Topic } from './stores/metadata/port/changes.ts'

type Feed = ChangeFeed & { readonly tell: (change: Change) => void; unconfirmed: number }

function createFeed(): Feed {
  const listeners = new Set<(change: Change) => void>()
  const feed: Feed = {
    unconfirmed: 0,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    unconfirmedFor: () => feed.unconfirmed,
    tell: (change) => listeners.forEach((listener) => listener(change)),
  }
  return feed
}

function change(...topics: readonly Topic[]): Change {
  return { type: 'topics', raised: undefined, topics }
}

/** What is true, how often it was looked up, and loads that wait until they are let go. */
function createSource(generation: Generation, limit = 10) {
  const truth = new Map<string, number>()
  let loads = 0
  let held: (() => void)[] | undefined
  async function load(key: string): Promise<Loaded<number | undefined>> {
    loads += 1
    const value = truth.get(key)
    const waiting = held
    if (waiting !== undefined) await new Promise<void>((resolve) => waiting.push(resolve))
    return { value, topics: [`setting:${key}`] }
  }
  return {
    truth,
    cache: createForgettingCache<string, number | undefined>(generation, {
      limit,
      load,
      keep: (value) => value !== -1,
    }),
    /** As something that leads to the key would find it. */
    find: async (key: string) => ({ key, ...(await load(key)) }),
    loads: () => loads,
    hold: () => void (held ??= []),
    release() {
      const waiting = held ?? []
      held = undefined
      for (const go of waiting) go()
    },
  }
}

test('what is kept is loaded once, and forgotten when its topic, or everything, is named', async () => {
  const feed = createFeed()
  const { cache, truth, loads } = createSource(createGeneration(feed))
  truth.set('a', 1).set('b', 2)
  expect([await cache.get('a'), await cache.get('a'), cache.peek('a')]).toEqual([1, 1, 1])
  expect([await cache.get('b'), await cache.get('none'), await cache.get('none')]).toEqual([
    2,
    undefined,
    undefined,
  ])
  expect(loads()).toBe(3)
  truth.set('a', 10)
  feed.tell(change('setting:a', 'setting:unheard-of'))
  expect(cache.peek('a')).toBeUndefined()
  expect([await cache.get('a'), cache.peek('b'), loads()]).toEqual([10, 2, 4])
  feed.tell({ type: 'resync' })
  expect(cache.size()).toBe(0)
  expect([await cache.get('b'), loads()]).toEqual([2, 5])
})

test('many who ask at once share one load', async () => {
  const { cache, truth, loads } = createSource(createGeneration(createFeed()))
  truth.set('a', 1)
  expect(await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')])).toEqual([1, 1, 1])
  expect(loads()).toBe(1)
})

test.each<[string, Change]>([
  ['its topic changes', change('setting:a')],
  ['something was missed', { type: 'resync' }],
])('a load that was under way when %s is thrown away and done again', async (_, heard) => {
  const feed = createFeed()
  const source = createSource(createGeneration(feed))
  source.truth.set('a', 1)
  source.hold()
  const before = source.cache.get('a')
  source.truth.set('a', 2)
  feed.tell(heard)
  const after = source.cache.get('a')
  source.release()
  expect([await before, await after, source.cache.peek('a')]).toEqual([2, 2, 2])
})

test('what was found by something else than its key is kept, unless it changed meanwhile', async () => {
  const feed = createFeed()
  const source = createSource(createGeneration(feed))
  source.truth.set('a', 1)
  source.hold()
  const learnt = source.cache.learn(() => source.find('a'))
  source.truth.set('a', 2)
  feed.tell(change('setting:a'))
  source.release()
  expect([(await learnt).value, source.cache.peek('a'), source.loads()]).toEqual([2, 2, 2])
  feed.tell(change('setting:a'))
  expect(source.cache.peek('a')).toBeUndefined()
  expect(await source.cache.learn(async () => undefined)).toBeUndefined()
})

test('a change of something else lets a load that is under way stand', async () => {
  const feed = createFeed()
  const source = createSource(createGeneration(feed))
  source.truth.set('a', 1)
  source.hold()
  const before = source.cache.get('a')
  feed.tell(change('setting:b'))
  source.release()
  expect([await before, source.cache.peek('a'), source.loads()]).toEqual([1, 1, 1])
})

test('a load that fails is told to all who wait for it, and is not kept', async () => {
  const generation = createGeneration(createFeed())
  let calls = 0
  const cache = createForgettingCache<string, string>(generation, {
    limit: 1,
    load: async () => {
      calls += 1
      if (calls === 1) throw new Error('the database is away')
      return { value: 'there', topics: [] }
    },
  })
  const outcomes = await Promise.allSettled([cache.get('a'), cache.get('a')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await cache.get('a')).toBe('there')
})

test('it holds what was used last, up to its limit, and what it may keep', async () => {
  const { cache, truth, loads } = createSource(createGeneration(createFeed()), 3)
  for (const key of ['a', 'b', 'c']) await cache.get(key)
  cache.peek('a')
  await cache.get('d')
  truth.set('e', -1)
  await cache.get('e')
  expect(cache.size()).toBe(3)
  const before = loads()
  for (const key of ['a', 'c', 'd']) await cache.get(key)
  expect(loads()).toBe(before)
  await cache.get('b')
  await cache.get('e')
  expect(loads()).toBe(before + 2)
})

test('what weighs much makes room for itself: those used longest ago go, by weight', async () => {
  const cache = createForgettingCache<number, number>(createGeneration(createFeed()), {
    limit: 100,
    weight: { of: (value) => value, limit: 10 },
    load: async (key) => ({ value: key, topics: [`setting:${key}`] }),
  })
  for (const key of [1, 2, 3, 4]) await cache.get(key)
  expect(cache.size()).toBe(4)
  await cache.get(5)
  expect([1, 2, 3, 4, 5].map((key) => cache.peek(key))).toEqual([undefined, undefined, undefined, 4, 5])
  expect(await cache.get(11)).toBe(11)
  expect(cache.size()).toBe(0)
})

test('after a change is told, nobody is given what was true before it, whatever happens at once', async () => {
  const keys = ['a', 'b', 'c'] as const
  const key = fc.constantFrom(...keys)
  const step = fc.oneof(
    fc.record({ type: fc.constant('get' as const), key }),
    fc.record({ type: fc.constant('learn' as const), key }),
    fc.record({ type: fc.constant('change' as const), key }),
    fc.record({ type: fc.constant('hold' as const), key }),
    fc.record({ type: fc.constant('release' as const), key }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const feed = createFeed()
      const source = createSource(createGeneration(feed), 2)
      for (const name of keys) source.truth.set(name, 0)
      const reads: Promise<void>[] = []
      for (const { type, key: name } of steps) {
        const asked = source.truth.get(name) ?? 0
        if (type === 'hold') source.hold()
        else if (type === 'release') source.release()
        else if (type === 'change') {
          source.truth.set(name, asked + 1)
          feed.tell(change(`setting:${name}`))
        } else {
          const read = async () =>
            type === 'get'
              ? await source.cache.get(name)
              : (await source.cache.learn(() => source.find(name))).value
          reads.push(read().then((got) => expect(got).toBeGreaterThanOrEqual(asked)))
        }
        await Promise.resolve()
      }
      source.release()
      await Promise.all(reads)
      for (const name of keys) expect(await source.cache.get(name)).toBe(source.truth.get(name))
    }),
  )
})

test('a node that has been out of touch for five seconds says so', () => {
  const feed = createFeed()
  const generation = createGeneration(feed)
  expect(generation.confirmed()).toBe(true)
  feed.unconfirmed = 4_999
  expect(generation.confirmed()).toBe(true)
  feed.unconfirmed = 5_000
  expect(generation.confirmed()).toBe(false)
  const before = generation.number()
  feed.tell(change())
  expect(generation.number()).toBe(before + 1)
  generation.close()
  feed.tell(change())
  expect(generation.number()).toBe(before + 1)
})
