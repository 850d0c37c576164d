import { csvRow } from '../../../csv-row.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { streamed } from '../streamed.ts'
import { entriesOf, matches, type ActivityEntry, type ActivityFilter } from './activity-entries.ts'

const CHUNK = 64 * 1024

/** Columns are added at the end only. */
const COLUMNS = [
  'at',
  'type',
  'outcome',
  'principal',
  'credential',
  'resource',
  'reference',
  'action',
  'message',
  'decision',
  'address',
  'bytes',
  'count',
] as const

/** Pulls, pushes and refusals as a file, newest first, all that is asked for. */
export async function exportActivity(
  house: House,
  caller: Caller,
  input: ActivityFilter & { readonly format: 'jsonl' | 'csv' },
) {
  const entries = await entriesOf(house, caller, input, { activity: undefined, refusals: undefined })
  return streamed(
    `activity-${input.organization ?? 'none'}`,
    input.format,
    linesOf(entries, (entry) => matches(entry, input), input.format),
  )
}

async function* linesOf(
  entries: AsyncIterable<ActivityEntry>,
  wanted: (entry: ActivityEntry) => boolean,
  format: 'jsonl' | 'csv',
): AsyncGenerator<string, void> {
  if (format === 'csv') yield csvRow(COLUMNS)
  let text = ''
  for await (const entry of entries) {
    if (!wanted(entry)) continue
    text +=
      format === 'csv'
        ? csvRow(COLUMNS.map((column) => entry.view[column]))
        : `${JSON.stringify(entry.view)}\n`
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  yield text
}
