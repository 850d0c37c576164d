import { expect, test } from 'vitest'
import { columnOf } from './column-of.ts'

const HEADERS = ['email', 'username']

test.each([
  ['ann@example.com\nbob\n', ['ann@example.com', 'bob']],
  ['ann@example.com,Ann\nbob,Bob\n', ['ann@example.com', 'bob']],
  ['Email\nann@example.com\n', ['ann@example.com']],
  ['Name,Username,Email,Type\nAnn,ann,ann@example.com,User\nBob,bob,,User\n', ['ann@example.com', 'bob']],
  ['Email;\n', ['Email;']],
  ['device-01\r\n\r\n  device-02  \r\n', ['device-01', 'device-02']],
  ['', []],
])('%j', (text, found) => {
  expect(columnOf(text, HEADERS)).toEqual(found)
})
