import { CliError } from '../cli-error.ts'
import type { Exit } from '../exit-code.ts'

const EXITS: Readonly<Record<number, Exit>> = { 404: 'notFound', 409: 'conflict', 503: 'unreachable' }

/** A refusal in Azure's dialect, in which what a token may not do is a 401, as is a token that is none. */
export async function refusedContent(response: Response, username: string): Promise<CliError> {
  const message = messageOf(await response.json().catch(() => undefined)) ?? response.statusText
  if (response.status !== 401) return new CliError(EXITS[response.status] ?? 'failed', message)
  if (response.headers.get('www-authenticate')?.includes('insufficient_scope') === true)
    return new CliError('failed', message)
  // Of a token that is known the server says what to do.
  const next = message.includes('ask an owner')
    ? undefined
    : `check the name \`${username}\` and the password; \`wharden token credential generate\` makes a new one`
  return new CliError('notSignedIn', message, next)
}

/** Of the first error, which is the one that counts. */
export function messageOf(body: unknown): string | undefined {
  const errors: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'errors') : undefined
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  const message: unknown =
    typeof first === 'object' && first !== null ? Reflect.get(first, 'message') : undefined
  return typeof message === 'string' ? message : undefined
}
