import { explain, type Denial, type OrganizationId, type Principal, type Question } from '@wharden/policy'
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
 * Explains a refusal: to whom it was about, and to those who may read the deciding organization's activity.
 * @throws {AppError} `not-found` to everybody else, and for ids that are nobody's
 */
export async function explainDecision(
  house: House,
  caller: Caller,
  { decision: id }: { readonly decision: string },
) {
  const refusal = await findRefusal(house, id)
  if (refusal === undefined || !(await mayRead(house, caller, refusal))) {
    throw new AppError(
      'not-found',
      `there is no decision \`${id}\`, or none that you may see; they are kept for a time only`,
    )
  }
  return explanation(house, refusal)
}

/** In the store, in the recorder's memory, or in both: then both counted some of it. */
async function findRefusal(house: House, id: string): Promise<RefusalRecord | undefined> {
  const pending = house.recorder.pendingRefusal(id)
  const stored = await house.store.read.refusals.byId(id)
  if (pending === undefined || stored === undefined) return pending ?? stored
  return { ...stored, lastAt: pending.lastAt, count: stored.count + pending.count }
}

async function mayRead(
  house: House,
  caller: Caller,
  { user, credential, organization }: RefusalRecord,
): Promise<boolean> {
  const principal = requireSignedIn(caller)
  if (credential === principal.credential || (user !== undefined && user === principal.user)) return true
  if (organization === undefined) return mayDo(house, caller, 'installation/read', { type: 'installation' })
  return mayDo(house, caller, 'activity/read', { type: 'organization', organization })
}

async function explanation(house: House, refusal: RefusalRecord) {
  const read = readRefusal(refusal)
  const names = createNames(house)
  const principal = await names.principal(refusal)
  const resource = await names.resource(read.resource)
  const reasons = await Promise.all(
    [read.because, ...read.also].map((denial) => reasonView(house, refusal, read, denial, names)),
  )
  const reported = await Promise.all(
    read.reported.map((denial) => reasonView(house, refusal, read, denial, names)),
  )
  return {
    id: refusal.id,
    outcome: 'deny' as const,
    message: read.message,
    reasons,
    reported,
    advice: adviceFor(read.because),
    principal,
    action: read.action,
    resource,
    point: pointOf(read),
    firstAt: instant(refusal.firstAt),
    lastAt: instant(refusal.lastAt),
    count: refusal.count,
  }
}

async function reasonView(
  house: House,
  refusal: RefusalRecord,
  read: ReadRefusal,
  denial: Denial,
  names: Names,
) {
  const organization = 'organization' in denial ? denial.organization : undefined
  const known = organization === undefined ? undefined : await names.organization(organization)
  const question: Question = {
    principal: await principalOf(house, refusal),
    action: read.action,
    resource: read.resource,
  }
  const text = explain(denial, question, {
    decision: refusal.id,
    credential: await names.principal(refusal),
    organization: await organizationNames(names, read, organization),
  })
  return {
    type: denial.type,
    rule: 'rule' in denial ? (denial.rule ?? null) : null,
    organization: known ?? null,
    text,
  }
}

async function organizationNames(
  names: Names,
  { resource }: ReadRefusal,
  deciding: OrganizationId | undefined,
) {
  const own = 'organization' in resource ? resource.organization : undefined
  const ids = [own, deciding].filter((id) => id !== undefined)
  const known = new Map(await Promise.all(ids.map(async (id) => [id, await names.organization(id)] as const)))
  return (id: OrganizationId) => known.get(id)
}

/** The one who asked, if there still is such a credential. */
async function principalOf(house: House, { credential }: RefusalRecord): Promise<Principal> {
  const known = credential === undefined ? undefined : await house.caches.credentials.get(credential)
  return known?.principal ?? { type: 'anonymous' }
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

/** What to do next, and whom to ask. */
function adviceFor(denial: Denial): string {
  switch (denial.type) {
    case 'credential':
      return 'log in with a token that is active; an owner of the organization can make one or activate this one'
    case 'address':
      return 'use the token from an address it allows, or ask an owner to allow this one'
    case 'grant':
      return 'use a token that has this right, or ask an owner of the organization for one'
    case 'ungoverned':
      return 'log in with a credential of an organization: without one nobody can say that this is allowed'
    case 'sign-in':
      return 'log in: the organization lets nobody pull without'
    case 'registry-access':
      return 'use a registry that is allowed, or ask an owner of the organization to allow this one'
    case 'image-access':
      return 'use an image of an allowed category, or ask an owner of the organization to allow this one'
    case 'lock':
      return 'unlock it first: whoever may write its metadata can'
    case 'quota':
      return 'wait until the window has passed, or ask an owner to raise the limit'
    case 'missing-fact':
      return 'try again in a moment; if it stays, an administrator finds more in the server’s log'
  }
}
