import type { ActivityRecord, RefusalRecord } from '../../../stores/metadata/port/logs.ts'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import type { Names } from '../log-names.ts'
import { readRefusal } from '../refusal.ts'
import { instant } from '../time.ts'

export type ActivityType = 'token-issued' | 'pull' | 'push' | 'delete' | 'refusal'
export type Outcome = 'allow' | 'deny' | 'report'

/** A line of the log as the API shows it. */
export type ActivityView = Awaited<ReturnType<typeof activityView>>

const TYPES: { readonly [type: string]: ActivityType } = {
  'token-issued': 'token-issued',
  pull: 'pull',
  push: 'push',
  upload: 'push',
  delete: 'delete',
  'would-refuse': 'refusal',
}

/** What happened, kept as a row. */
export async function activityView(row: ActivityRecord, names: Names) {
  const type = TYPES[row.type] ?? 'pull'
  const outcome = row.type === 'would-refuse' ? 'report' : 'allow'
  return {
    at: instant(row.at),
    type,
    principal: await names.principal(row),
    credential: (row.credential ?? null) as string | null,
    resource: row.repository ?? textIn(row.detail, 'service'),
    reference: row.reference ?? row.digest ?? null,
    action: row.type,
    outcome: outcome as Outcome,
    message: null as string | null,
    decision: row.decision ?? null,
    address: row.address ?? null,
    bytes: row.bytes ?? null,
    count: 1,
  }
}

/** What was refused, kept as a counter. */
export async function refusalView(refusal: RefusalRecord, names: Names): Promise<ActivityView> {
  const { asked, reference, address, message } = readRefusal(refusal)
  return {
    at: instant(refusal.lastAt),
    type: 'refusal',
    principal: await names.principal(refusal),
    credential: refusal.credential ?? null,
    resource: await names.resource(asked.resource),
    reference,
    action: asked.action,
    outcome: 'deny',
    message,
    decision: refusal.id,
    address,
    bytes: null,
    count: refusal.count,
  }
}

function textIn(detail: JsonObject, field: string): string {
  const value = detail[field]
  return typeof value === 'string' ? value : ''
}
