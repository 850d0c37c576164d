import type { Progress } from '@wharden/server'

/** How often a line is renewed where there is a terminal, and how often a new one is written where there is none; milliseconds. */
const RENEWED = 100
const WRITTEN = 10_000

type Screen = { readonly isTTY?: boolean; write(text: string): unknown }

export type ProgressShown = {
  readonly show: (progress: Progress) => void
  /** Before anything else is written. */
  readonly clear: () => void
}

/** Says on standard error how far long work has come: one line that changes on a terminal, now and then a line elsewhere. */
export function showProgress(screen: Screen, now: () => number): ProgressShown {
  const terminal = screen.isTTY === true
  let next = terminal ? 0 : now() + WRITTEN
  let shown = false
  return {
    show(progress) {
      if (now() < next) return
      next = now() + (terminal ? RENEWED : WRITTEN)
      shown = true
      screen.write(terminal ? `\r\u001b[K${sentence(progress)}` : `${sentence(progress)}\n`)
    },
    clear() {
      if (terminal && shown) screen.write('\r\u001b[K')
      shown = false
    },
  }
}

function sentence(progress: Progress): string {
  if (progress.type === 'rows') return `${progress.act} ${progress.table}: ${progress.rows} rows`
  return `${progress.act}: ${progress.count}, ${formatBytes(progress.bytes)}`
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < UNITS.length - 1; unit += 1) value /= 1024
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}
