import { explainAll, type Decision, type Explanation, type OrganizationId } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { RefusalRecord } from '../../stores/metadata/port/logs.ts'
import { mayDo } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { createNames } from './log-names.ts'
import { readRefusal, type ReadRefusal } from './refusal.ts'
import { requireSignedIn } from './signed-in.ts'
import { instant } from './time.ts'

type Reader = Parameters<typeof explainAll>[3]

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
  return explanationView(house, refusal, reader)
}

/** In the store, in the recorder's memory, or in both: then both counted some of it. */
async function findRefusal(house: House, id: string): Promise<RefusalRecord | undefined> {
  const pending = house.recorder.pendingRefusal(id)
  const stored = await house.store.read.refusals.byId(id)
  if (pending === undefined || stored === undefined) return pending ?? stored
  return { ...stored, lastAt: pending.lastAt, count: stored.count + pending.count }
}

/** As whom the caller may read it: whom it was about learns less of policies than those who wrote them. */
async function readerOf(
  house: House,
  caller: Caller,
  { user, credential, organization }: RefusalRecord,
): Promise<Reader | undefined> {
  const principal = requireSignedIn(caller)
  const watches = (id: OrganizationId) =>
    mayDo(house, caller, 'activity/read', { type: 'organization', organization: id })
  const decided =
    organization === undefined
      ? await mayDo(house, caller, 'installation/read', { type: 'installation' })
      : await watches(organization)
  if (decided) return 'owner'
  if (credential === principal.credential || (user !== undefined && user === principal.user))
    return 'principal'
  // Behind an organization's token there is no person: whoever watches over that organization asks.
  const known = credential === undefined ? undefined : await house.caches.credentials.get(credential)
  const holder = known?.record.organization
  return holder !== undefined && (await watches(holder)) ? 'principal' : undefined
}

async function explanationView(house: House, refusal: RefusalRecord, reader: Reader) {
  const read = readRefusal(refusal)
  const names = createNames(house)
  const organizations = await organizationNames(read, names.organization)
  const { reasons, reported, advice, resource, principal } = explainAll(
    read.decision,
    read.asked,
    {
      decision: refusal.id,
      credential: await names.credential(refusal),
      organization: (id) => organizations.get(id),
    },
    reader,
  )
  const reasonView = ({ type, rule, organization, text }: Explanation['reasons'][number]) => ({
    type,
    rule: rule ?? null,
    organization: organization === undefined ? null : (organizations.get(organization) ?? null),
    text,
  })
  return {
    id: refusal.id,
    outcome: 'deny' as const,
    message: read.message,
    reasons: reasons.map(reasonView),
    reported: reported.map(reasonView),
    advice,
    principal: whoIs(read, principal, await names.principal(refusal)),
    action: read.asked.action,
    resource,
    point: pointOf(read),
    firstAt: instant(refusal.firstAt),
    lastAt: instant(refusal.lastAt),
    count: refusal.count,
  }
}

/** A person by name, a token by kind and label, and whose it is where it is a person's. */
function whoIs({ asked }: ReadRefusal, words: string, name: string): string {
  if (asked.principal.type === 'anonymous' || asked.principal.kind === 'session') return name
  return asked.principal.kind === 'pat' ? `${words} of ${name}` : words
}

/** `explainAll` is pure: every name it may want is looked up before. */
async function organizationNames(
  { asked: { resource }, decision }: ReadRefusal,
  nameOf: (id: OrganizationId) => Promise<string | undefined>,
): Promise<ReadonlyMap<OrganizationId, string>> {
  const denials = denialsIn(decision)
  const mentioned = [resource, ...denials].flatMap((part) =>
    'organization' in part ? [part.organization] : [],
  )
  const named = [...new Set(mentioned)].map(async (id) => [id, (await nameOf(id)) ?? '?'] as const)
  return new Map(await Promise.all(named))
}

function denialsIn(decision: Decision) {
  return decision.type === 'deny'
    ? [decision.because, ...decision.also, ...decision.reported]
    : decision.reported
}

function pointOf({ asked: { resource } }: ReadRefusal): string {
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
