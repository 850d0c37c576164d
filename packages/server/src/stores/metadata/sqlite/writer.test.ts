import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openConnection } from './connection.ts'
import { startWriter, type Writer } from './writer.ts'

const INSERT = 'INSERT INTO thing (name) VALUES (?)'

let directory = ''
let file = ''
let writer: Writer
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-writer-'))
  file = join(directory, 'test.db')
  const { database } = openConnection(file, 'write')
  database.exec('CREATE TABLE thing (name TEXT NOT NULL UNIQUE) STRICT')
  database.close()
  writer = startWriter({ file, patience: 300 })
})
afterEach(async () => {
  await writer.close()
  await rm(directory, { recursive: true, force: true })
})

function names(): readonly unknown[] {
  const { database, execute } = openConnection(file, 'read')
  const { rows } = execute('SELECT name FROM thing ORDER BY name', [])
  database.close()
  return rows.map((row) => Object.values(row as object)[0])
}

test('transactions that wait together are committed together, and each keeps its own fate', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, async (_, index) => {
      if (index % 3 === 0) return writer.single(INSERT, [index === 30 ? 'n00' : nameOf(index)], false)
      return writer.transaction(async (execute) => {
        await execute(INSERT, [nameOf(index)], false)
        if (index % 3 === 1) throw new Error('not this one')
      })
    }),
  )
  const kept = (index: number) => index % 3 !== 1 && index !== 30
  expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
    outcomes.map((_, index) => kept(index)),
  )
  expect(names()).toEqual(
    outcomes
      .map((_, index) => index)
      .filter(kept)
      .map(nameOf),
  )
})

test('many at once cost few commits', async () => {
  await writer.single(INSERT, ['first'], false)
  const before = walFrames()
  await Promise.all(Array.from({ length: 400 }, (_, index) => writer.single(INSERT, [nameOf(index)], false)))
  // Alone, each would write its two pages (table and index) anew: 800 frames.
  expect(walFrames() - before).toBeLessThan(200)
})

/** A frame is a page and its header: https://www.sqlite.org/fileformat2.html#walformat */
function walFrames(): number {
  return Math.floor(statSync(`${file}-wal`).size / (4_096 + 24))
}

test('a statement that fails leaves its transaction as it was before it', async () => {
  await writer.transaction(async (execute) => {
    await execute(INSERT, ['a'], false)
    await expect(execute(INSERT, ['a'], false)).rejects.toThrow('UNIQUE')
    await execute(INSERT, ['b'], false)
  })
  expect(names()).toEqual(['a', 'b'])
})

test('one that keeps silent is rolled back, whether it comes back or not, and does not hold up the others for ever', async () => {
  const silence = Promise.withResolvers<void>()
  const silent = writer.transaction(async (execute) => {
    await execute(INSERT, ['silent'], false)
    await silence.promise
    await execute(INSERT, ['late'], false)
  })
  const idle = writer.transaction(() => silence.promise)
  silent.catch(() => undefined)
  idle.catch(() => undefined)
  await writer.single(INSERT, ['other'], false)
  silence.resolve()
  await expect(silent).rejects.toMatchObject({ code: 'timeout' })
  await expect(idle).rejects.toMatchObject({ code: 'timeout' })
  expect(names()).toEqual(['other'])
})

test('a full disk fails what was being written and nothing else, and passes', async () => {
  await writer.single(INSERT, ['before'], false)
  await writer.single('PRAGMA max_page_count = 40', [], false)
  const large = 'x'.repeat(100_000)
  const outcomes = await Promise.allSettled([
    writer.single(INSERT, ['small'], false),
    writer.transaction((execute) => execute(INSERT, [`${large}1`], false)),
    writer.transaction(async (execute) => {
      await execute(INSERT, ['part'], false)
      await execute(INSERT, [`${large}2`], false).catch(() => undefined)
      await execute(INSERT, [`${large}3`], false)
    }),
    writer.single(INSERT, [`${large}4`], false),
  ])
  const full = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason.code)
  expect(full.length).toBeGreaterThan(0)
  expect(new Set(full)).toEqual(new Set(['full']))
  expect(names()).not.toContain('part')
  await writer.single('PRAGMA max_page_count = 100000', [], false)
  await writer.single(INSERT, ['after'], false)
  expect(names()).toEqual(expect.arrayContaining(['before', 'after']))
})

test('after closing nothing is taken any more', async () => {
  const running = writer.transaction((execute) => execute(INSERT, ['running'], false))
  const closed = writer.close()
  await expect(writer.single(INSERT, ['late'], false)).rejects.toMatchObject({ code: 'unavailable' })
  await running
  await closed
  expect(names()).toEqual(['running'])
})

function nameOf(index: number): string {
  return `n${String(index).padStart(2, '0')}`
}
