import { expect, test } from 'vitest'
import { formatBytes, showProgress } from './show-progress.ts'

const blobs = (count: number) =>
  ({ type: 'blobs', act: 'copying images', count, bytes: count * 1536 }) as const

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1536, '1.5 KiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
  [5 * 1024 ** 5, '5120.0 TiB'],
])('%d is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('on a terminal one line changes ten times a second, and goes before anything else is written', () => {
  const written: string[] = []
  let now = 0
  const { show, clear } = showProgress({ isTTY: true, write: (text) => written.push(text) }, () => now)
  clear()
  for (; now < 250; now += 10) show(blobs(now))
  clear()
  expect(written).toEqual([
    '\r\u001b[Kcopying images: 0, 0 bytes',
    '\r\u001b[Kcopying images: 100, 150.0 KiB',
    '\r\u001b[Kcopying images: 200, 300.0 KiB',
    '\r\u001b[K',
  ])
})

test('elsewhere a line is written now and then, and none for what is soon done', () => {
  const written: string[] = []
  let now = 0
  const { show, clear } = showProgress({ write: (text) => written.push(text) }, () => now)
  for (; now < 20_500; now += 500) show({ type: 'rows', act: 'saving', table: 'tag', rows: now })
  clear()
  expect(written).toEqual(['saving tag: 10000 rows\n', 'saving tag: 20000 rows\n'])
})
