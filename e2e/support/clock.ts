import { globSync, writeFileSync } from 'node:fs'

/** A wall clock of a process's own, that can be set while it runs. */
export type Clock = {
  /** What the process is started with. */
  readonly environment: Readonly<Record<string, string>>
  /** From now on it is wrong by so many seconds. */
  readonly shift: (seconds: number) => void
}

/** Where Debian's libfaketime is, on any architecture. */
const LIBRARY = '/usr/lib/*/faketime/libfaketimeMT.so.1'

/**
 * Only the time of day is shifted, as NTP or an operator does it; what measures spans (CLOCK_MONOTONIC) goes on.
 * @param file holds the shift; libfaketime reads it at every look
 * @throws where libfaketime is not installed
 */
export function openClock(file: string): Clock {
  const [library] = globSync(LIBRARY)
  if (library === undefined) throw new Error('libfaketime is not installed: `apt-get install faketime`')
  const shift = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  shift(0)
  const environment = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  return { environment, shift }
}
