import { expect, test } from 'vitest'
import { streamed } from './streamed.ts'

test('nothing is made before it is taken, and who goes away ends the making', async () => {
  let made = 0
  let ended = false
  async function* chunks() {
    try {
      for (;;) {
        made += 1
        yield `chunk ${made}\n`
      }
    } finally {
      ended = true
    }
  }
  const { headers, body } = streamed('log', 'csv', chunks())
  expect(headers['content-disposition']).toBe('attachment; filename="log.csv"')
  const reader = body.getReader()
  for (const number of [1, 2, 3]) {
    const { value } = await reader.read()
    expect(Buffer.from(value ?? []).toString()).toBe(`chunk ${number}\n`)
    expect(made).toBeLessThanOrEqual(number + 1)
  }
  await reader.cancel()
  expect(ended).toBe(true)
})
