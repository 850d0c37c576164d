/**
 * Takes down what happens (tokens issued, pulls, pushes, refusals, uses of credentials) beside the requests' path: into
 * bounded memory at once, into the store in batches. When it happens faster than it can be written, rows are dropped and
 * counted: a flood can neither grow the disk nor slow a commit. A refusal that repeats is a counter, not a row.
 */
import type { Digest, ManifestReference } from '@wharden/oci'
import { formatManifestReference } from '@wharden/oci'
import type { CredentialId, Decision, OrganizationId, Question } from '@wharden/policy'
import type { Logger } from 'pino'
import { absentName } from '../absent-organization.ts'
import type { Caller } from '../operations/caller.ts'
import type { Target } from '../operations/target.ts'
import type { ActivityRecord, RefusalRecord } from '../stores/metadata/port/logs.ts'
import type { JsonObject } from '../stores/metadata/port/page.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'

type Denied = Extract<Decision, { readonly type: 'deny' }>

export type Recorder = {
  readonly tokenIssued: (caller: Caller, service: string, scopes: readonly string[]) => void
  readonly pulled: (
    caller: Caller,
    target: Target,
    reference: ManifestReference,
    manifest: { readonly digest: Digest; readonly size: number },
  ) => void
  readonly pushed: (
    caller: Caller,
    target: Target,
    reference: ManifestReference,
    manifest: { readonly digest: Digest; readonly size: number },
  ) => void
  readonly received: (caller: Caller, target: Target, digest: Digest, bytes: number) => void
  readonly deleted: (caller: Caller, target: Target, reference: ManifestReference) => void
  readonly refused: (
    caller: Caller,
    question: Question,
    decision: Denied,
    as: { readonly id: string; readonly message: string },
  ) => void
  /** A policy in report mode would have refused this. */
  readonly reported: (caller: Caller, question: Question, decision: Decision) => void
  readonly used: (credential: CredentialId, at: number, address: string) => void
  /** A refusal that is not in the store yet. */
  readonly pendingRefusal: (id: string) => RefusalRecord | undefined
  /** Rows let go because the queue was full, since the start. */
  readonly dropped: () => number
  /** Resolves once all that was taken down so far is in the store. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

export type RecorderLimits = {
  readonly rows: number
  readonly refusals: number
  readonly batch: number
  readonly milliseconds: number
  /** A credential's last use is written at most this often. */
  readonly useMilliseconds: number
}

const LIMITS: RecorderLimits = {
  rows: 10_000,
  refusals: 5_000,
  batch: 500,
  milliseconds: 1_000,
  useMilliseconds: 60_000,
}

export function createRecorder(store: MetadataStore, log: Logger, limits: RecorderLimits = LIMITS): Recorder {
  const rows: ActivityRecord[] = []
  const refusals = new Map<string, RefusalRecord>()
  const uses = new Map<CredentialId, { readonly at: number; readonly from: string }>()
  /** When a use was last handed to the store. */
  const written = new Map<CredentialId, number>()
  let dropped = 0
  let droppedBefore = 0
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function take(row: ActivityRecord): void {
    if (rows.length >= limits.rows) dropped += 1
    else rows.push(row)
    if (rows.length === limits.batch) void flush()
    else schedule()
  }

  function schedule(): void {
    if (timer !== undefined || closed) return
    timer = setTimeout(() => void flush(), limits.milliseconds)
    timer.unref()
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    try {
      await writeRefusals()
      await writeUses()
      while (rows.length > 0) await writeRows()
    } catch (cause) {
      log.warn(
        { err: cause, waiting: rows.length },
        'activity can not be written; it is kept in memory as far as it fits',
      )
      schedule()
    }
  }

  async function writeRows(): Promise<void> {
    const batch = rows.slice(0, limits.batch)
    const lost = dropped
    await store.write((tx) => tx.activity.insertBatch(batch, lost - droppedBefore))
    droppedBefore = lost
    rows.splice(0, batch.length)
  }

  async function writeRefusals(): Promise<void> {
    const batch = [...refusals.values()]
    if (batch.length === 0) return
    await store.single.refusals.upsert(batch)
    // What was counted while the store was writing stays for the next batch.
    for (const { id, count } of batch) {
      const now = refusals.get(id)
      if (now === undefined || now.count === count) refusals.delete(id)
      else refusals.set(id, { ...now, count: now.count - count })
    }
  }

  async function writeUses(): Promise<void> {
    const batch = [...uses].map(([id, use]) => ({ id, ...use }))
    if (batch.length === 0) return
    await store.single.credentials.touchLastUsed(batch)
    for (const { id, at } of batch) {
      if (uses.get(id)?.at === at) uses.delete(id)
      written.set(id, at)
    }
    if (written.size > limits.rows) written.clear()
  }

  function refused(
    caller: Caller,
    question: Question,
    decision: Denied,
    { id, message }: { id: string; message: string },
  ): void {
    const before = refusals.get(id)
    if (before === undefined && refusals.size >= limits.refusals) {
      dropped += 1
      return
    }
    const at = caller.context.now
    refusals.set(id, {
      ...(before ?? refusalOf(caller, question, decision, id, message)),
      lastAt: at,
      count: (before?.count ?? 0) + 1,
    })
    schedule()
  }

  function used(credential: CredentialId, at: number, from: string): void {
    if (at - (written.get(credential) ?? 0) < limits.useMilliseconds || uses.size >= limits.rows) return
    uses.set(credential, { at, from })
    schedule()
  }

  async function close(): Promise<void> {
    closed = true
    await flush()
  }

  return {
    tokenIssued: (caller, service, scopes) =>
      take(row(caller, 'token-issued', undefined, { detail: { service, scopes } })),
    pulled: (caller, target, reference, { digest, size }) =>
      take(row(caller, 'pull', target, { ...at(reference), digest, bytes: size })),
    pushed: (caller, target, reference, { digest, size }) =>
      take(row(caller, 'push', target, { ...at(reference), digest, bytes: size })),
    received: (caller, target, digest, bytes) => take(row(caller, 'upload', target, { digest, bytes })),
    deleted: (caller, target, reference) => take(row(caller, 'delete', target, at(reference))),
    refused,
    reported: (caller, question, decision) =>
      take(
        row(caller, 'would-refuse', undefined, {
          detail: { question: describe(question), reported: plain(decision.reported) },
        }),
      ),
    used,
    pendingRefusal: (id) => refusals.get(id),
    dropped: () => dropped,
    flush,
    close,
  }
}

function row(
  caller: Caller,
  type: string,
  target: Target | undefined,
  fields: Partial<ActivityRecord>,
): ActivityRecord {
  const { principal, context } = caller
  const credential = principal.type === 'anonymous' ? undefined : principal
  return {
    at: context.now,
    type,
    organization: target?.type === 'ours' ? target.organization.id : credential?.organization,
    credential: credential?.credential,
    user: credential?.user,
    repository: target?.fullName,
    reference: undefined,
    digest: undefined,
    bytes: undefined,
    address: context.address,
    userAgent: context.userAgent,
    decision: undefined,
    detail: {},
    ...fields,
  }
}

function at(reference: ManifestReference): { readonly reference: string } {
  return { reference: formatManifestReference(reference) }
}

function refusalOf(
  caller: Caller,
  question: Question,
  decision: Denied,
  id: string,
  message: string,
): RefusalRecord {
  const { principal, context } = caller
  const credential = principal.type === 'anonymous' ? undefined : principal
  return {
    id,
    organization: organizationOf(question, decision),
    credential: credential?.credential,
    user: credential?.user,
    firstAt: context.now,
    lastAt: context.now,
    count: 0,
    question: { ...describe(question), address: context.address, userAgent: context.userAgent },
    decision: {
      message,
      because: plain(decision.because),
      also: plain(decision.also),
      reported: plain(decision.reported),
    },
  }
}

/** Whose refusal it is: the organization whose rule said no, else the one it was about. */
function organizationOf({ principal, resource }: Question, { because }: Denied): OrganizationId | undefined {
  if ('organization' in because) return because.organization
  if ('organization' in resource)
    return absentName(resource.organization) === undefined ? resource.organization : undefined
  return principal.type === 'anonymous' ? undefined : principal.organization
}

/** A question without its compiled grants. */
function describe({ action, resource, principal }: Question): JsonObject {
  return {
    action,
    resource: plain(resource),
    principal: principal.type === 'anonymous' ? 'anonymous' : principal.kind,
  }
}

/** Decisions and resources are plain data: what JSON makes of them is what they are. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}
