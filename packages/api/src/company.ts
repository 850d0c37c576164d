import { z } from 'zod'
import { ACCESS, needs } from './access.ts'
import { CompanyName, OrganizationName, Timestamp, UserName } from './names.ts'
import { Organization } from './organization.ts'
import { pageOf, Paging } from './paging.ts'
import { procedure } from './procedure.ts'

const DisplayName = z.string().min(1).max(100)

export const Company = z.object({
  name: CompanyName,
  displayName: DisplayName,
  createdAt: Timestamp,
})
export type Company = z.infer<typeof Company>

export const CompanyOwner = z.object({ user: UserName, displayName: z.string(), since: Timestamp })
export type CompanyOwner = z.infer<typeof CompanyOwner>

const One = z.object({ company: CompanyName })
const Owner = One.extend({ user: UserName })
const Placed = One.extend({ organization: OrganizationName })

const ITS_OWNERS = 'For installation administrators and the company’s owners.'

export const company = {
  create: procedure({
    method: 'POST',
    path: '/companies',
    operationId: 'company_create',
    tag: 'companies',
    summary: 'Create a company',
    access: needs('installation/edit', 'installation'),
    successStatus: 201,
  })
    .input(z.object({ name: CompanyName, displayName: DisplayName.optional() }))
    .output(Company),

  list: procedure({
    method: 'GET',
    path: '/companies',
    operationId: 'company_list',
    tag: 'companies',
    summary: 'List companies',
    description: 'An installation administrator sees all; everyone else those they own.',
    access: ACCESS.signedIn,
  })
    .input(Paging)
    .output(pageOf(Company)),

  show: procedure({
    method: 'GET',
    path: '/companies/{company}',
    operationId: 'company_show',
    tag: 'companies',
    summary: 'Show one company',
    description: ITS_OWNERS,
    access: ACCESS.signedIn,
  })
    .input(One)
    .output(Company),

  update: procedure({
    method: 'PATCH',
    path: '/companies/{company}',
    operationId: 'company_update',
    tag: 'companies',
    summary: "Change a company's name for people",
    access: needs('installation/edit', 'installation'),
  })
    .input(One.extend({ displayName: DisplayName.optional() }))
    .output(Company),

  delete: procedure({
    method: 'DELETE',
    path: '/companies/{company}',
    operationId: 'company_delete',
    tag: 'companies',
    summary: 'Delete a company; its organizations stay',
    access: needs('installation/edit', 'installation'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),

  listOwners: procedure({
    method: 'GET',
    path: '/companies/{company}/owners',
    operationId: 'company_list_owners',
    tag: 'companies',
    summary: "List a company's owners",
    description: ITS_OWNERS,
    access: ACCESS.signedIn,
  })
    .input(One.extend(Paging.shape))
    .output(pageOf(CompanyOwner)),

  addOwner: procedure({
    method: 'PUT',
    path: '/companies/{company}/owners/{user}',
    operationId: 'company_add_owner',
    tag: 'companies',
    summary: 'Make somebody an owner of a company',
    description: `They manage its organizations as their owners do, and pull or push nothing by that. ${ITS_OWNERS}`,
    access: ACCESS.signedIn,
    successStatus: 204,
  })
    .input(Owner)
    .output(z.void()),

  removeOwner: procedure({
    method: 'DELETE',
    path: '/companies/{company}/owners/{user}',
    operationId: 'company_remove_owner',
    tag: 'companies',
    summary: 'Make somebody no owner of a company any more',
    description: `${ITS_OWNERS} The last owner is for installation administrators to remove.`,
    access: ACCESS.signedIn,
    successStatus: 204,
  })
    .input(Owner)
    .output(z.void()),

  listOrganizations: procedure({
    method: 'GET',
    path: '/companies/{company}/organizations',
    operationId: 'company_list_organizations',
    tag: 'companies',
    summary: "List a company's organizations",
    description: ITS_OWNERS,
    access: ACCESS.signedIn,
  })
    .input(One.extend(Paging.shape))
    .output(pageOf(Organization)),

  addOrganization: procedure({
    method: 'PUT',
    path: '/companies/{company}/organizations/{organization}',
    operationId: 'company_add_organization',
    tag: 'companies',
    summary: 'Put an organization into a company',
    description: 'The company’s owners manage it from then on.',
    access: needs('installation/edit', 'installation'),
  })
    .input(Placed)
    .output(Organization),

  removeOrganization: procedure({
    method: 'DELETE',
    path: '/companies/{company}/organizations/{organization}',
    operationId: 'company_remove_organization',
    tag: 'companies',
    summary: 'Take an organization out of a company',
    access: needs('installation/edit', 'installation'),
    successStatus: 204,
  })
    .input(Placed)
    .output(z.void()),
}
