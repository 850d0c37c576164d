import { explainAll, type ExplainedReason, type Names as Words, type OrganizationId } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { RefusalRecord } from '../../stores/metadata/port/logs.ts'
import { mayDo } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { createNames, type Names } from './log-names.ts'
import { readRefusal, type ReadRefusal } from './refusal.ts'
import { requireSignedIn } from './signed-in.ts'
import { instant } from './time.ts'

/**
 * Explains a refusal: to whom it was about (of an organization's token: who may read that organization's activity), and
 * to those who may read the deciding organization's.
 * @throws {AppError} `not-found` to everybody else, and for ids that are nobody's
 */
export async function explainDecision(
  house: House,
  caller: Caller,
  { decision: id }: { readonly decision: string },
) {
  const refusal = await findRefusal(house, id)
  const reader = refusal === undefined ? undefined : await readerOf(house, caller, refusal)
  if (refusal === undefined || reader === undefined) {
    throw new AppError(
      'not-found',
      `there is no decision \`${id}\`, or none that you may see; they are kept for a time only`,
    )
  }
  return explanation(house, refusal, reader)
}

/** In the store, in the recorder's memory, or in both: then both counted some of it. */
async function findRefusal(house: House, id: string): Promise<RefusalRecord | undefined> {
  const pending = house.recorder.pendingRefusal(id)
  const stored = await house.store.read.refusals.byId(id)
  if (pending === undefined || stored === undefined) return pending ?? stored
  return { ...stored, lastAt: pending.lastAt, count: stored.count + pending.count }
}

/** As whom: an owner or auditor of the organization that decided hears of its policies too, the one refused may not. */
async function readerOf(
  house: House,
  caller: Caller,
  { user, credential, organization }: RefusalRecord,
): Promise<'owner' | 'principal' | undefined> {
  const principal = requireSignedIn(caller)
  const watches = (id: OrganizationId) =>
    mayDo(house, caller, 'activity/read', { type: 'organization', organization: id })
  const decides =
    organization === undefined
      ? await mayDo(house, caller, 'installation/read', { type: 'installation' })
      : await watches(organization)
  if (decides) return 'owner'
  if (credential === principal.credential || (user !== undefined && user === principal.user))
    return 'principal'
  // A token of an organization is no person: whoever watches over that organization asks for it.
  const known = credential === undefined ? undefined : await house.caches.credentials.get(credential)
  const owner = known?.record.organization
  return owner !== undefined && (await watches(owner)) ? 'principal' : undefined
}

async function explanation(house: House, refusal: RefusalRecord, reader: 'owner' | 'principal') {
  const read = readRefusal(refusal)
  const names = createNames(house)
  const { because, also, reported } = read
  const told = explainAll(
    { type: 'deny', because, also, reported },
    read,
    await wordsFor(refusal, read, names),
    reader,
  )
  const reasonsOf = (reasons: readonly ExplainedReason[]) =>
    Promise.all(reasons.map((reason) => reasonView(reason, names)))
  return {
    id: refusal.id,
    outcome: 'deny' as const,
    message: read.message,
    reasons: await reasonsOf(told.reasons),
    reported: await reasonsOf(told.reported),
    advice: told.advice,
    principal: await whoOf(refusal, read, told.principal, names),
    action: read.action,
    resource: await names.resource(read.resource),
    point: pointOf(read),
    firstAt: instant(refusal.firstAt),
    lastAt: instant(refusal.lastAt),
    count: refusal.count,
  }
}

async function reasonView({ type, rule, organization, text }: ExplainedReason, names: Names) {
  const name = organization === undefined ? undefined : await names.organization(organization)
  return { type, rule: rule ?? null, organization: name ?? null, text }
}

/** `alice`, ``personal access token `laptop` of alice``, ``token `MyToken` ``. */
async function whoOf(refusal: RefusalRecord, { principal }: ReadRefusal, words: string, names: Names) {
  if (refusal.user === undefined) return words
  const user = await names.principal(refusal)
  return principal.type === 'credential' && principal.kind === 'session' ? user : `${words} of ${user}`
}

/** `explainAll` is pure: every name it may want is looked up before. */
async function wordsFor(refusal: RefusalRecord, read: ReadRefusal, names: Names): Promise<Words> {
  const { resource, because, also, reported, principal } = read
  const ids = [resource, because, ...also, ...reported].flatMap((part) =>
    'organization' in part ? [part.organization] : [],
  )
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await names.organization(id)] as const)))
  const session = principal.type === 'credential' && principal.kind === 'session'
  return {
    decision: refusal.id,
    credential: await names.principal(session ? refusal : { ...refusal, user: undefined }),
    organization: (id) => known.get(id),
  }
}

function pointOf({ resource }: ReadRefusal): string {
  switch (resource.type) {
    case 'repository':
      return 'registry'
    case 'upstream':
      return 'gateway'
    case 'host':
      return 'proxy'
    case 'organization':
    case 'installation':
      return 'administration'
  }
}
