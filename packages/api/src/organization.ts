import { z } from 'zod'
import { OrganizationName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { ACCESS, needs } from './access.ts'
import { procedure } from './procedure.ts'
import { Visibility } from './visibility.ts'

export const Plan = z.enum(['free', 'team', 'business', 'unlimited'])
export type Plan = z.infer<typeof Plan>

const settings = {
  displayName: z.string().min(1).max(100),
  plan: Plan,
  defaultVisibility: Visibility.describe('of repositories that a push creates'),
}

export const Organization = z.object({
  name: OrganizationName,
  ...settings,
  registry: z.object({
    path: z.string().describe('what images are named by: `HOST/NAME`'),
    host: z.string().nullable().describe('its own registry host, `NAME.HOST`, where one is served'),
  }),
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
    .input(z.object({ name: OrganizationName, ...z.object(settings).partial().shape }))
    .output(Organization),

  list: procedure({
    method: 'GET',
    path: '/organizations',
    operationId: 'organization_list',
    tag: 'organizations',
    summary: 'List organizations',
    description: 'An installation administrator sees all; everyone else those they belong to.',
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
    .input(ByName.extend(z.object(settings).partial().shape))
    .output(Organization),
}
