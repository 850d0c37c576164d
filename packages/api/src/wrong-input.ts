import type { z } from 'zod'

const FORMATS: Readonly<Record<string, string>> = {
  email: 'use an e-mail address',
  datetime: 'use a time such as `2026-11-21T12:00:00Z`',
}

/**
 * What is wrong with a value, and so what to give instead: zod's own words are for programmers.
 * @returns undefined for what zod says as well, or a schema of ours says better
 */
export function sayWrongInput(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'too_big':
      return amount(issue.origin, 'at most', issue.maximum)
    case 'too_small':
      return amount(issue.origin, 'at least', issue.minimum)
    case 'invalid_value': {
      const values = issue.values.map((value) => `\`${String(value)}\``).join(', ')
      return issue.values.length === 1 ? `use ${values}` : `use one of ${values}`
    }
    case 'invalid_type':
      return issue.input === undefined ? 'this is missing' : `use ${withArticle(issue.expected)}`
    case 'invalid_format':
      return FORMATS[issue.format]
    default:
      return undefined
  }
}

function amount(origin: string, bound: string, count: number | bigint): string {
  switch (origin) {
    case 'string':
      return `use ${bound} ${count} character${Number(count) === 1 ? '' : 's'}`
    case 'array':
      return `name ${bound} ${count}`
    default:
      return `use ${bound} ${count}`
  }
}

function withArticle(expected: string): string {
  if (expected === 'int') return 'a whole number'
  return `${/^[aeiou]/u.test(expected) ? 'an' : 'a'} ${expected}`
}
