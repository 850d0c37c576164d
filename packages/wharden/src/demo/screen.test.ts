import { expect, test } from 'vitest'
import { createScreen, wrap, type Screen } from './screen.ts'

function drawn(draw: (screen: Screen) => void): string {
  let text = ''
  draw(
    createScreen((more) => {
      text += more
    }, false),
  )
  return text
}

test('a long command can be pasted as it stands, and options keep their values', () => {
  const line = `wharden token create ${'--repository samples/hello-world content/read '.repeat(3).trim()}`
  const text = drawn((screen) => screen.command(line))
  expect(text.replaceAll(' \\\n       ', ' ')).toBe(`   $ ${line}\n`)
  for (const part of text.trimEnd().split('\n')) {
    expect(part.length).toBeLessThanOrEqual(80)
    expect(part).not.toMatch(/--repository \\$/)
  }
})

test('a word that is longer than a line stays whole', () => {
  const word = 'x'.repeat(100)
  expect(wrap(['a', word, 'b'], '> ', '> ')).toEqual(['> a', `> ${word}`, '> b'])
})

test('what another program prints cannot drive the terminal', () => {
  expect(drawn((screen) => screen.quote('\u001b[31mred\u001b[0m\r\u0007next\n'))).toBe('   | red  next\n')
})
