import { checkPolicyDocument, type AccountName, type PolicyKind } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import type { OrganizationRecord } from '../../stores/metadata/port/accounts.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { requireOrganization } from './find-organization.ts'
import { requireWithin } from './plan.ts'
import {
  documentOf,
  imageAccessView,
  readDocuments,
  registryAccessView,
  signInView,
  type Documents,
  type ImageAccessInput,
  type Mode,
  type RegistryAccessInput,
} from './policy-form.ts'

type Replace<Document> = {
  readonly organization: AccountName
  readonly policy: Document
  /** The organization's version that was read, where a change made meanwhile is to be a conflict. */
  readonly ifVersion?: number | undefined
}

export async function showPolicy(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'policy/read')
  const documents = readDocuments(await house.store.read.policies.of(organization.id))
  return policyView(organization.version, documents)
}

export async function replaceImageAccess(house: House, caller: Caller, input: Replace<ImageAccessInput>) {
  return replace(house, caller, 'image-access', input, documentOf.imageAccess(input.policy))
}

export async function replaceRegistryAccess(
  house: House,
  caller: Caller,
  input: Replace<RegistryAccessInput>,
) {
  const limited = (organization: OrganizationRecord): void =>
    requireWithin(
      organization,
      'registry access rules',
      input.policy.mode === 'off' ? 0 : input.policy.rules.length,
    )
  return replace(house, caller, 'registry-access', input, documentOf.registryAccess(input.policy), limited)
}

export async function replaceSignIn(house: House, caller: Caller, input: Replace<{ readonly mode: Mode }>) {
  return replace(house, caller, 'sign-in', input, documentOf.signIn(input.policy))
}

/** @throws {AppError} `invalid` naming the part, `conflict` when somebody was faster, `limit-reached` */
async function replace(
  house: House,
  caller: Caller,
  kind: PolicyKind,
  { organization: name, policy, ifVersion }: Replace<{ readonly mode: Mode }>,
  document: JsonObject,
  limited: (organization: OrganizationRecord) => void = () => {},
) {
  const organization = await requireOrganization(house, caller, name, 'policy/edit')
  const problem = checkPolicyDocument(kind, document)
  if (problem !== undefined) {
    const path = problem.path.slice(kind.length).replaceAll(/\[(\d+)\]/g, '.$1')
    throw new AppError('invalid', `\`policy${path}\` ${problem.message}`, { field: `policy${path}` })
  }
  if (policy.mode !== 'off') requireWithin(organization, 'policy enforcement', 1)
  limited(organization)
  return house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    // The change itself has raised the version by one.
    if (ifVersion !== undefined && tx.version !== ifVersion + 1) throw outrun(name)
    const before = readDocuments(await tx.policies.of(organization.id))
    await tx.policies.put(organization.id, kind, document)
    const subject = `policy/${name}/${kind}` as const
    await tx.record(
      toStored({ type: 'policy_replaced', subject, before: before[kind] ?? {}, after: document }),
    )
    return policyView(tx.version, { ...before, [kind]: document })
  })
}

function outrun(name: AccountName): AppError {
  return new AppError(
    'conflict',
    `\`${name}\` was changed by somebody else meanwhile; read its policy again, then decide`,
  )
}

function policyView(version: number, documents: Documents) {
  return {
    version,
    imageAccess: imageAccessView(documents['image-access']),
    registryAccess: registryAccessView(documents['registry-access']),
    signIn: signInView(documents['sign-in']),
  }
}
