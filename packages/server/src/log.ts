import { pino, type Logger } from 'pino'
import type { LogLevel } from './config.ts'

/**
 * Structured logs, a line each, on standard error. Secrets have a type that prints as `***`; the redaction below is for
 * what libraries may hand us as plain headers.
 */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_PATHS, censor: '***' },
    },
    pino.destination({ fd: 2, sync: false }),
  )
}

const SECRET_PATHS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'proxy-authorization',
].flatMap((name) => [
  name.includes('-') ? `["${name}"]` : name,
  name.includes('-') ? `*["${name}"]` : `*.${name}`,
  name.includes('-') ? `*.*["${name}"]` : `*.*.${name}`,
])
