import type { Tenant } from '../port.ts'
import { TOPIC_KINDS, type Change, type Topic } from '../port/changes.ts'

export type ChangeRow = {
  readonly id: string
  readonly tenant_id: Tenant | null
  readonly version: number | null
  readonly topics: string
}

/** What a row says. One that a newer version wrote, and this one doesn't understand, may concern anything: forget all. */
export function changeOf({ tenant_id: tenant, version, topics: text }: ChangeRow): Change {
  const topics = parseTopics(text)
  if (topics === undefined) return { type: 'resync' }
  const raised = tenant === null || version === null ? undefined : { tenant, version }
  return { type: 'topics', raised, topics }
}

function parseTopics(text: string): readonly Topic[] | undefined {
  try {
    const topics: unknown = JSON.parse(text)
    return Array.isArray(topics) && topics.every(isTopic) ? topics : undefined
  } catch {
    return undefined
  }
}

const KINDS: ReadonlySet<string> = new Set(TOPIC_KINDS)

function isTopic(value: unknown): value is Topic {
  return typeof value === 'string' && value.includes(':') && KINDS.has(value.slice(0, value.indexOf(':')))
}
