import { Command } from 'commander'
import { expect, test } from 'vitest'
import { parsePullLimit, pullLimitOf, type PullLimitOption } from './pull-limit.ts'

function given(...argv: readonly string[]) {
  const command = new Command().option('--pull-limit <number>', '', parsePullLimit).exitOverride()
  command.configureOutput({ writeErr: () => {} }).parse(argv, { from: 'user' })
  return pullLimitOf('pullLimit', command.opts<{ readonly pullLimit?: PullLimitOption }>().pullLimit)
}

test.each([
  { argv: [], means: {} },
  { argv: ['--pull-limit', '500'], means: { pullLimit: 500 } },
  { argv: ['--pull-limit', 'none'], means: { pullLimit: null } },
])('$argv means $means', ({ argv, means }) => {
  expect(given(...argv)).toEqual(means)
})

test.each(['0', '-1', '1.5', 'many', '', '9999999999'])('`%s` is no limit', (text) => {
  expect(() => given('--pull-limit', text)).toThrow('say how many pulls in six hours')
})
