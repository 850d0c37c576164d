import { z } from 'zod'
import { CompanyName, OrganizationName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { ACCESS, needs } from './access.ts'
import { procedure } from './procedure.ts'
import { PullLimit } from './pull-limit.ts'
import { Visibility } from './visibility.ts'

export const Plan = z.enum(['free', 'team', 'business', 'unlimited'])
export type Plan = z.infer<typeof Plan>

const Days = z.int().min(1).max(3650)

/** By kind of token. */
export const MaximumLifetimes = z.object({
  pat: Days.nullable().describe('a personal token that is older does not reach the organization'),
  oat: Days.nullable(),
  'registry-token': Days.nullable(),
  'service-principal': Days.nullable(),
})

const settings = {
  displayName: z.string().min(1).max(100),
  plan: Plan,
  defaultVisibility: Visibility.describe('of repositories that a push creates'),
  allowReactivation: z
    .boolean()
    .describe('whether a deactivated organization access token may be activated; if not, only deleted'),
  maximumLifetimes: MaximumLifetimes.describe('how many days tokens may live; null: any'),
  userPullLimit: PullLimit.nullable().describe(
    'pulls in six hours by each person, with personal tokens of theirs; null: any number',
  ),
  anonymousPullLimit: PullLimit.nullable().describe(
    'pulls of public images in six hours by each address, without a token; null: any number',
  ),
}

const changes = {
  ...z.object(settings).partial().shape,
  maximumLifetimes: MaximumLifetimes.partial()
    .optional()
    .describe('as above; organization and registry tokens that are there already stay as they are'),
}

export const Organization = z.object({
  name: OrganizationName,
  ...settings,
  registry: z.object({
    path: z.string().describe('what images are named by: `HOST/NAME`'),
    host: z.string().nullable().describe('its own registry host, `NAME.HOST`, where one is served'),
    resourceId: z
      .string()
      .describe('what Azure’s tools call it: `/subscriptions/…/resourceGroups/NAME/providers/…/NAME`'),
    tenantId: z.string().describe('what `az login --tenant` takes'),
  }),
  company: CompanyName.nullable().describe('whose owners manage it, too'),
  createdAt: Timestamp,
})
export type Organization = z.infer<typeof Organization>

const ByName = z.object({ organization: OrganizationName })

export const organization = {
  create: procedure({
    method: 'POST',
    path: '/organizations',
    operationId: 'organization_create',
    tag: 'organizations',
    summary: 'Create an organization',
    description: 'Whoever creates it becomes its first owner.',
    access: needs('organization/create', 'installation'),
    successStatus: 201,
  })
    .input(z.object({ name: OrganizationName, ...changes }))
    .output(Organization),

  list: procedure({
    method: 'GET',
    path: '/organizations',
    operationId: 'organization_list',
    tag: 'organizations',
    summary: 'List organizations',
    description:
      'An installation administrator sees all; everyone else those they belong to, or own by their company.',
    access: ACCESS.signedIn,
  })
    .input(Paging)
    .output(pageOf(Organization)),

  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}',
    operationId: 'organization_show',
    tag: 'organizations',
    summary: 'Show one organization',
    access: needs('organization/read', 'organization'),
  })
    .input(ByName)
    .output(Organization),

  update: procedure({
    method: 'PATCH',
    path: '/organizations/{organization}',
    operationId: 'organization_update',
    tag: 'organizations',
    summary: "Change an organization's settings",
    description: 'What is absent stays as it is. The plan is for installation administrators to change.',
    access: needs('organization/edit', 'organization'),
  })
    .input(ByName.extend(changes))
    .output(Organization),

  delete: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}',
    operationId: 'organization_delete',
    tag: 'organizations',
    summary: 'Delete an organization with everything in it',
    description:
      'Repositories with all images, locked ones too, tokens, groups, policies: at once, and for good. Its audit log stays. For its owners and installation administrators.',
    access: needs('organization/edit', 'organization'),
    successStatus: 204,
  })
    .input(ByName.extend({ confirm: z.string().max(64).describe('the organization’s name again') }))
    .output(z.void()),
}
