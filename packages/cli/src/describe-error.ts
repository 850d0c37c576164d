import { CliError } from './cli-error.ts'
import type { Exit } from './exit-code.ts'

/**
 * What went wrong, as a CliError: ours as it is; an answer of the API by its code; a failed connection by its cause.
 * Reads shapes rather than classes, so that no library has to be loaded for it.
 */
export function describeError(error: unknown, server: string): CliError {
  if (error instanceof CliError) return error
  if (!(error instanceof Error)) return new CliError('failed', String(error))
  if (error.name === 'ExitPromptError') return new CliError('interrupted', 'interrupted; nothing was changed')
  if (isApiError(error)) return describeApiError(error, server)
  if (error.name === 'TimeoutError' || (error instanceof TypeError && error.message === 'fetch failed')) {
    return describeConnection(error, server)
  }
  return new CliError('failed', error.message, undefined, { cause: error })
}

type ApiError = Error & { readonly code: string; readonly status: number; readonly data?: unknown }

function isApiError(error: Error): error is ApiError {
  return (
    'code' in error && typeof error.code === 'string' && 'status' in error && typeof error.status === 'number'
  )
}

type Row = { readonly exit: Exit; readonly next: (error: ApiError) => string | undefined }

/** What each code of the API means for a shell, and what to do next. */
const API_ERRORS: Readonly<Record<string, Row>> = {
  unauthenticated: { exit: 'notSignedIn', next: () => 'run `wharden login`, or set WHARDEN_TOKEN' },
  forbidden: {
    exit: 'failed',
    next: ({ data }) => {
      const decision = field(data, 'decision')
      return decision === undefined
        ? '`wharden whoami` shows who you are; an owner can give you what you need'
        : `\`wharden explain ${decision}\` says why`
    },
  },
  not_found: {
    exit: 'notFound',
    next: () => 'check the name; `wharden whoami` shows as whom you are asking',
  },
  conflict: { exit: 'conflict', next: () => undefined },
  invalid: { exit: 'usage', next: () => '`--help` shows what the command takes' },
  limit_reached: { exit: 'failed', next: () => 'delete what is not needed, or ask for another plan' },
  gone: { exit: 'failed', next: () => 'ask for a new link or secret' },
  too_many: {
    exit: 'failed',
    next: ({ data }) => {
      const seconds = field(data, 'retryAfterSeconds')
      return seconds === undefined ? 'wait a moment and try again' : `try again in ${seconds} s`
    },
  },
  unavailable: { exit: 'unreachable', next: () => 'try again in a moment; `wharden doctor` says more' },
}

function describeApiError(error: ApiError, server: string): CliError {
  const row = Object.hasOwn(API_ERRORS, error.code) ? API_ERRORS[error.code] : undefined
  if (row !== undefined)
    return new CliError(row.exit, withoutPath(error.message), row.next(error), { cause: error })
  return new CliError(
    'failed',
    `${server} answered ${error.status}, which this command does not understand: ${error.message}`,
    'check that it is a wharden server of this version (`wharden doctor`)',
    { cause: error },
  )
}

/**
 * Nobody typed `repositories.0.repository`: the last word of it says what is meant. But policies are written in files, where
 * the place is what one looks for.
 */
function withoutPath(message: string): string {
  return message.replace(/^`(?!policy\.)[a-zA-Z.\d]*?([a-zA-Z]+)(?:\.\d+)?`: /, '`$1`: ')
}

function field(data: unknown, name: string): string | undefined {
  const value = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
  return value === undefined ? undefined : String(value)
}

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
])

function describeConnection(error: Error, server: string): CliError {
  const cause = error.cause instanceof Error ? error.cause : error
  const code = field(cause, 'code') ?? ''
  if (UNTRUSTED.has(code)) {
    return new CliError(
      'unreachable',
      `the certificate of ${server} is not trusted: ${cause.message}`,
      'give its authority with `--ca FILE` or WHARDEN_CA; on the machine of the server it is in its data directory',
      { cause: error },
    )
  }
  const why = cause.message === '' ? code : cause.message
  return new CliError(
    'unreachable',
    `cannot reach ${server}: ${why}`,
    'check the address (`--server`, WHARDEN_SERVER), or start a server with `wharden serve`',
    { cause: error },
  )
}
