import { z } from 'zod'

/**
 * Every way an operation of the API can refuse: a closed list. The wire form is
 * `{ defined: true, code, status, message, data }`; `message` is a sentence for people, `code` and `data` are for programs.
 * 401 asks, 403 tells, 404 hides: what you may not see isn't there.
 */
export const API_ERRORS = {
  unauthenticated: {
    status: 401,
    message: 'sign in first',
  },
  forbidden: {
    status: 403,
    message: 'you may not do this',
    data: z
      .object({
        decision: z.string().describe('what `wharden explain` takes'),
        rule: z.string(),
        action: z.string(),
      })
      .partial(),
  },
  not_found: {
    status: 404,
    message: 'there is no such thing, or none that you may see',
  },
  conflict: {
    status: 409,
    message: 'the present state does not allow this',
  },
  invalid: {
    status: 400,
    message: 'what was sent is not valid',
    data: z.object({
      field: z.string().describe('dotted path into the request, e.g. `repositories.0.repository`'),
    }),
  },
  limit_reached: {
    status: 403,
    message: "a limit of the organization's plan is reached",
    data: z.object({
      plan: z.string(),
      limit: z.string().describe('which limit or feature'),
      allowed: z.number().int().optional().describe('how many the plan allows'),
    }),
  },
  gone: {
    status: 410,
    message: 'this link or secret was used already, or has expired',
  },
  too_many: {
    status: 429,
    message: 'too many attempts; wait and try again',
    data: z.object({ retryAfterSeconds: z.number().int().min(0) }),
  },
  unavailable: {
    status: 503,
    message: 'the server cannot decide or store just now; try again in a moment',
  },
} as const

export type ApiErrorCode = keyof typeof API_ERRORS

/** Whether a code that came over the wire is one of ours. */
export function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, code)
}

/** One thing a schema found wrong, as Standard Schema (https://standardschema.dev) words it. */
export type SchemaIssue = {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * Turns a schema's findings into the data and sentence of an `invalid` error: the first finding speaks, the rest are counted.
 * The server calls it where the contract rejects a request before any operation runs.
 */
export function invalidFromIssues(issues: readonly SchemaIssue[]): {
  readonly message: string
  readonly data: { readonly field: string }
} {
  const [first, ...rest] = issues
  const field = (first?.path ?? [])
    .map((step) => String(typeof step === 'object' ? step.key : step))
    .join('.')
  const others = rest.length === 0 ? '' : ` (and ${rest.length} more)`
  const where = field === '' ? 'the request' : `\`${field}\``
  return { message: `${where}: ${first?.message ?? 'not valid'}${others}`, data: { field } }
}
