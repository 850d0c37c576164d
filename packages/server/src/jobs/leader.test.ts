import { afterEach, describe, expect, test } from 'vitest'
import { createHandTimer } from './contract-timer.ts'
import { standForLeader, type LeaderLease } from './leader.ts'

const timer = createHandTimer()
/** What the store would hold: who leads, until when by the store's clock. */
let row: { holder: string; until: number } | undefined
const trouble: unknown[] = []
const log: string[] = []
const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  row = undefined
  trouble.length = 0
  log.length = 0
})

describe('of several processes', () => {
  test('exactly one leads, and another takes over at once when it stops', async () => {
    const first = stand('first')
    const second = stand('second')
    await timer.advance(100_000)
    expect(log).toEqual(['first begins'])
    await first.stop()
    expect(row).toBeUndefined()
    await timer.advance(10_000)
    expect(log).toEqual(['first begins', 'first ends', 'second begins'])
    await second.stop()
  })

  test('another leads after one was killed, when its lease has run out', async () => {
    row = { holder: 'killed', until: timer.now() + 30_000 }
    stand('next')
    await timer.advance(29_000)
    expect(log).toEqual([])
    await timer.advance(11_001)
    expect(log).toEqual(['next begins'])
  })

  test.each(['rejects', 'never answers'] as const)(
    'one whose store %s stops leading before another can begin',
    async (how) => {
      const cut = stand('cut')
      await timer.advance(1)
      expect(log).toEqual(['cut begins'])
      cut.break(how)
      await timer.advance(19_990)
      expect(log).toEqual(['cut begins'])
      await timer.advance(10_000)
      expect(log).toEqual(['cut begins', 'cut ends'])
      expect(row?.until).toBeGreaterThan(timer.now() - 20_000)
      if (how === 'rejects') expect(trouble.length).toBeGreaterThan(0)
      stand('next')
      await timer.advance(40_000)
      expect(log).toEqual(['cut begins', 'cut ends', 'next begins'])
    },
  )

  test('one that is told it does not lead any more stops at once, and may lead again', async () => {
    stand('ousted')
    await timer.advance(1)
    row = { holder: 'other', until: timer.now() + 30_000 }
    await timer.advance(10_000)
    expect(log).toEqual(['ousted begins', 'ousted ends'])
    await timer.advance(40_000)
    expect(log).toEqual(['ousted begins', 'ousted ends', 'ousted begins'])
  })
})

test('a new term waits for the one before to have ended', async () => {
  const gate = Promise.withResolvers<void>()
  stand('slow', () => gate.promise)
  await timer.advance(1)
  row = { holder: 'other', until: timer.now() + 15_000 }
  await timer.advance(60_000)
  expect(log).toEqual(['slow begins'])
  gate.resolve()
  await timer.advance(60_000)
  expect(log).toEqual(['slow begins', 'slow ends', 'slow begins'])
})

function stand(holder: string, atEnd: () => Promise<void> = async () => {}) {
  const stop = new AbortController()
  let broken: 'rejects' | 'never answers' | undefined
  const lease: LeaderLease = {
    async acquire(milliseconds) {
      if (broken === 'rejects') throw new Error('the store is down')
      if (broken === 'never answers') return new Promise(() => {})
      if (row !== undefined && row.holder !== holder && row.until >= timer.now()) return false
      row = { holder, until: timer.now() + milliseconds }
      return true
    },
    async release() {
      if (row?.holder === holder) row = undefined
    },
  }
  const lead = async (term: AbortSignal): Promise<void> => {
    log.push(`${holder} begins`)
    await new Promise((resolve) => term.addEventListener('abort', resolve, { once: true }))
    await atEnd()
    log.push(`${holder} ends`)
  }
  const standing = standForLeader(
    { lease, timer, onTrouble: (cause) => trouble.push(cause) },
    lead,
    stop.signal,
  )
  const end = async (): Promise<void> => {
    stop.abort()
    await standing
  }
  stops.push(end)
  return { stop: end, break: (how: typeof broken) => void (broken = how) }
}
