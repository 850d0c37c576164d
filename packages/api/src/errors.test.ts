import { expect, test } from 'vitest'
import { invalidFromIssues, isApiErrorCode } from './errors.ts'

test.each([
  { issues: [], message: 'the request: not valid', field: '' },
  { issues: [{ message: 'bad', path: ['name'] }], message: '`name`: bad', field: 'name' },
  {
    issues: [{ message: 'bad', path: ['repositories', 0, { key: 'repository' }] }, { message: 'worse' }],
    message: '`repositories.0.repository`: bad (and 1 more)',
    field: 'repositories.0.repository',
  },
])('$message', ({ issues, message, field }) => {
  expect(invalidFromIssues(issues)).toEqual({ message, data: { field } })
})

test('names that every object inherits are no codes', () => {
  expect(['conflict', 'toString', '__proto__', 'BAD_REQUEST'].filter(isApiErrorCode)).toEqual(['conflict'])
})
