import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import type { Paging } from '../page.ts'
import { entriesOf, matches, type ActivityFilter, type Cursors } from './activity-entries.ts'
import type { ActivityView } from './activity-view.ts'

/** Most lines that one request reads through to find those asked for. */
const READ_THROUGH = 5_000

/** Pulls, pushes and refusals, newest first. */
export async function listActivity(house: House, caller: Caller, input: ActivityFilter & Paging) {
  const cursors = readCursors(input.after)
  const items: ActivityView[] = []
  const dropped = house.recorder.dropped()
  let read = 0
  for await (const entry of await entriesOf(house, caller, input, cursors)) {
    if (read === READ_THROUGH || items.length === input.limit)
      return { items, next: writeCursors(cursors), dropped }
    read += 1
    cursors[entry.from] = entry.cursor
    if (matches(entry, input)) items.push(entry.view)
  }
  return { items, next: null, dropped }
}

/** `<id of the last activity>.<id of the last refusal>`, either may be missing. */
function readCursors(after: string | undefined): Cursors {
  const [activity = '', refusals = ''] = (after ?? '').split('.')
  return {
    activity: activity === '' ? undefined : activity,
    refusals: refusals === '' ? undefined : refusals,
  }
}

function writeCursors({ activity, refusals }: Cursors): string {
  return `${activity ?? ''}.${refusals ?? ''}`
}
