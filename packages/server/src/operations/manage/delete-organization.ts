import type { AccountName } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import { authorize, mayDo } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { findOrganization } from './find-organization.ts'
import { stateOf } from './organization.ts'

/**
 * Deletes an organization with everything in it: repositories and their images, tokens, groups, policies. Its log stays,
 * and the installation's says where that ends.
 * @throws {AppError} `denied`; `invalid` unless the name is repeated
 */
export async function deleteOrganization(
  house: House,
  caller: Caller,
  input: { readonly organization: AccountName; readonly confirm: string },
): Promise<void> {
  const organization = await findOrganization(house, caller, input.organization)
  const { id, name } = organization
  if (!(await mayDo(house, caller, 'installation/edit', { type: 'installation' })))
    await authorize(house, caller, 'organization/edit', { type: 'organization', organization: id })
  if (input.confirm !== name) throw notConfirmed(name)
  const { store } = house
  await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    // The installation's row is locked by the change: who was faster has committed.
    const before = await tx.organizations.byId(id)
    if (before === undefined) throw new AppError('not-found', `there is no organization \`${name}\``)
    const chain = await tx.join(id)
    const repositories = await tx.repositories.count(id)
    const event = toStored({
      type: 'organization_deleted',
      subject: `organization/${name}`,
      before: { id, ...stateOf(before), repositories },
    })
    await chain.record(event)
    await tx.record(event)
    await tx.organizations.delete(id)
  })
}

function notConfirmed(name: AccountName): AppError {
  return new AppError(
    'invalid',
    `this deletes \`${name}\` with every repository and token in it, for good: repeat its name to confirm that`,
    { field: 'confirm' },
  )
}
