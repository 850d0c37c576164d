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
    openDestination(),
  )
}

/** What is kept while nothing can be written; lines beyond that are lost. In bytes. */
const KEPT = 1024 * 1024

/**
 * A log that can't be written, because its disk is full or its reader has gone, must not end the server: what it keeps is
 * tried again with the next line.
 */
function openDestination(): pino.DestinationStream {
  const destination = pino.destination({ fd: 2, sync: false, maxLength: KEPT })
  const flushSync = destination.flushSync.bind(destination)
  let failing = false
  // Pino's own listener lets every error but a broken pipe end the process.
  destination.removeAllListeners('error')
  destination.on('error', () => (failing = true))
  destination.on('write', () => (failing = false))
  // At the end of the process this one would try for ever.
  destination.flushSync = () => {
    if (!failing) flushSync()
  }
  return destination
}

const SECRET_PATHS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'client_secret',
  'proxy-authorization',
].flatMap((name) => [
  name.includes('-') ? `["${name}"]` : name,
  name.includes('-') ? `*["${name}"]` : `*.${name}`,
  name.includes('-') ? `*.*["${name}"]` : `*.*.${name}`,
])
