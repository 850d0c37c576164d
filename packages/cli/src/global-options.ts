import type { OutputFormat } from './output/render.ts'

/** Options of every command. */
export type GlobalOptions = {
  readonly server?: string
  readonly ca?: string
  readonly output: OutputFormat
  readonly query?: string
}
