/**
 * The course of a change, the same on both databases: raise the tenant's version (which locks its row, so that changes of one
 * organization come one after another and none decides on what another is about to alter), work, extend the audit chain,
 * leave word of what must be forgotten.
 */
import { sql } from 'kysely'
import { actorJson, linkHash } from './audit-chain.ts'
import { canonicalJson } from './canonical-json.ts'
import { newId } from './id.ts'
import { administrationNouns, contentNouns } from './nouns.ts'
import type { ChangeNouns, ContentNouns, Tenant } from './port.ts'
import type { Change, Topic } from './port/changes.ts'
import type { Actor, AuditEvent } from './port/logs.ts'
import type { Session, TransactionSession } from './session.ts'
import { StoreError } from './store-error.ts'

/** What a transaction gave, and what is to be told once it has been committed. */
export type Done<Value> = {
  readonly value: Value
  readonly told: { readonly id: string; readonly change: Extract<Change, { type: 'topics' }> } | undefined
}

/** Nodes that were away for longer forget everything; milliseconds. */
export const CHANGES_KEPT = 10 * 60_000

export async function contribute<Value>(
  session: Session,
  work: (tx: ContentNouns) => Promise<Value>,
): Promise<Done<Value>> {
  const { transaction, topics } = announcing(session)
  const value = await work(contentNouns(transaction))
  return { value, told: await tell(session, topics, undefined) }
}

export async function administer<Value>(
  session: Session,
  tenant: Tenant,
  actor: Actor,
  work: (tx: ChangeNouns) => Promise<Value>,
): Promise<Done<Value>> {
  const { transaction, topics } = announcing(session)
  const chains = new Map<Tenant, Chain>()

  async function enter(entered: Tenant): Promise<Chain | undefined> {
    const chain = chains.get(entered) ?? (await raise(session, entered))
    if (chain !== undefined) chains.set(entered, chain)
    return chain
  }

  const own = await enter(tenant)
  if (own === undefined)
    throw new StoreError('gone', 'there is no such organization any more: it was deleted meanwhile')
  const value = await work({
    ...administrationNouns(transaction),
    version: own.version,
    announce: transaction.announce,
    record: (event) => append(session, own, actor, event),
    async join(other) {
      const chain = await enter(other)
      if (chain === undefined)
        throw new StoreError('conflict', 'an organization this concerns was deleted meanwhile: try again')
      return { record: (event) => append(session, chain, actor, event) }
    },
  })
  // None waits for another: sent in one go.
  const heads = Promise.all([...chains.values()].map((chain) => keepHead(session, chain)))
  const [told] = await Promise.all([tell(session, topics, { tenant, version: own.version }), heads])
  return { value, told }
}

function announcing(session: Session): {
  readonly transaction: TransactionSession
  readonly topics: Set<Topic>
} {
  const topics = new Set<Topic>()
  const announce: TransactionSession['announce'] = (...named) => {
    for (const topic of named) topics.add(topic)
  }
  return { transaction: { ...session, announce }, topics }
}

type Chain = {
  readonly tenant: Tenant
  readonly version: number
  readonly startedAt: number
  sequence: number
  head: string
}

/** @returns undefined if there is no such tenant */
async function raise(session: Session, tenant: Tenant): Promise<Chain | undefined> {
  const [row] = await session.hot<{
    readonly version: number
    readonly audit_sequence: number
    readonly audit_head: string
  }>(
    'UPDATE organization SET version = version + 1 WHERE id = ? RETURNING version, audit_sequence, audit_head',
    tenant,
  )
  if (row === undefined) return undefined
  const { version, audit_sequence: sequence, audit_head: head } = row
  return { tenant, version, startedAt: sequence, sequence, head }
}

async function append(session: Session, chain: Chain, actor: Actor, event: AuditEvent): Promise<void> {
  const { tenant, head: previous } = chain
  const at = session.now()
  chain.sequence += 1
  const { sequence } = chain
  chain.head = linkHash(previous, { tenant, sequence, at, actor, event })
  await session.run(
    session.query.insertInto('audit_event').values({
      tenant_id: tenant,
      sequence,
      at,
      type: event.type,
      actor: canonicalJson(actorJson(actor)),
      detail: canonicalJson(event.detail),
      previous_hash: previous,
      hash: chain.head,
    }),
  )
}

async function keepHead(session: Session, { tenant, startedAt, sequence, head }: Chain): Promise<void> {
  if (sequence === startedAt) return
  await session.hot(
    'UPDATE organization SET audit_sequence = ?, audit_head = ? WHERE id = ?',
    sequence,
    head,
    tenant,
  )
}

async function tell(
  session: Session,
  announced: ReadonlySet<Topic>,
  raised: { readonly tenant: Tenant; readonly version: number } | undefined,
): Promise<Done<unknown>['told']> {
  if (announced.size === 0) return undefined
  const id = newId<string>(session.now())
  const topics = [...announced]
  const { query, databaseNow } = session
  const row = {
    id,
    tenant_id: raised?.tenant ?? null,
    version: raised?.version ?? null,
    topics: JSON.stringify(topics),
  }
  const insert = session.run(query.insertInto('change').values({ ...row, at: databaseNow() }))
  // Now and then some old ones go with a new one, so that nobody need sweep.
  await Promise.all(id.endsWith('0') ? [insert, forgetOldChanges(session)] : [insert])
  return { id, change: { type: 'topics', raised, topics } }
}

async function forgetOldChanges({ query, databaseNow, run }: Session): Promise<void> {
  const oldest = sql<number>`${databaseNow()} - ${CHANGES_KEPT}`
  await run(
    query
      .deleteFrom('change')
      .where('id', 'in', (old) => old.selectFrom('change').select('id').where('at', '<', oldest).limit(100)),
  )
}
