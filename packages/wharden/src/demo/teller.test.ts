import { expect, test } from 'vitest'
import type { Ran } from './command.ts'
import { createScreen } from './screen.ts'
import { createTeller, NotAsTold, type Teller } from './teller.ts'

const MESSAGE = 'denied: push access denied (decision abc)'

type Case = readonly [
  what: string,
  act: (teller: Teller, ran: Ran) => Promise<unknown>,
  ran: Ran,
  says: string,
]

const succeed = (teller: Teller, ran: Ran) => teller.succeed({ line: 'x', run: () => Promise.resolve(ran) })
const refused = (teller: Teller, ran: Ran) =>
  teller.refused({ line: 'x', run: () => Promise.resolve(ran) }, /decision/)

test.each<Case>([
  ['what should work fails', succeed, { exitCode: 3, stdout: '', stderr: 'no' }, 'exit code 3'],
  ['what should be refused works', refused, { exitCode: 0, stdout: MESSAGE, stderr: '' }, 'went through'],
  ['a refusal gives no reason', refused, { exitCode: 1, stdout: '403', stderr: '' }, 'without the reason'],
])('the story ends where %s', async (_what, act, ran, says) => {
  let seen = ''
  const teller = createTeller(
    createScreen((text) => {
      seen += text
    }, false),
  )
  await expect(act(teller, ran)).rejects.toThrow(NotAsTold)
  expect(seen).toContain(says)
  expect(seen).toContain(ran.stdout + ran.stderr)
})

test('a refusal is quoted as it was printed, without the progress around it', async () => {
  let seen = ''
  const teller = createTeller(
    createScreen((text) => {
      seen += text
    }, false),
  )
  const stdout = 'The push refers to repository [x]\nb6ae: Preparing\n'
  expect(await refused(teller, { exitCode: 1, stdout, stderr: `${MESSAGE}\n` })).toBe(MESSAGE)
  expect(seen).toBe(`   $ x\n     refused, as it should be (exit code 1, 0.0 s):\n   | ${MESSAGE}\n`)
})
