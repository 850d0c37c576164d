import { expect, it } from 'vitest'
import { missingIn } from './guide.ts'

it.each([
  ['one\ntwo\nthree\n', ['one', 'three'], []],
  ['one\ntwo\n', ['two', 'one'], ['one']],
  ['NAME   AGE\nalice  7\n', ['NAME AGE', 'alice …'], []],
  ['id 7f3a, made\n', ['id …, made'], []],
  ['a.c\n', ['a.c'], []],
  ['abc\n', ['a.c'], ['a.c']],
])('of %j, what is promised as %j is missing %j', (output, promised, missing) => {
  expect(missingIn(output, promised)).toEqual(missing)
})
