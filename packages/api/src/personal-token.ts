import { z } from 'zod'
import { needs } from './access.ts'
import { CredentialId, OrganizationName, Timestamp, UserName } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { PatRules } from './permission.ts'
import { procedure } from './procedure.ts'
import { CredentialStatus } from './credential.ts'

/** As the owners of an organization see it: what it has to do with other organizations is left out. */
export const PersonalToken = z.object({
  id: CredentialId,
  user: UserName,
  label: z.string(),
  status: CredentialStatus,
  repositories: PatRules.describe(
    'what of it reaches the organization; never more than its user may do there',
  ),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable().describe('anywhere'),
  admittedUntil: Timestamp.nullable().describe(
    'by the maximum lifetime of personal tokens; null: there is none',
  ),
  barred: z.object({ by: z.string(), at: Timestamp }).nullable(),
})
export type PersonalToken = z.infer<typeof PersonalToken>

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ token: CredentialId })

export const personalToken = {
  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/personal-tokens',
    operationId: 'personal_token_list',
    tag: 'tokens',
    summary: 'List the personal tokens of its people that reach an organization',
    access: needs('token/read', 'organization'),
  })
    .input(InOrganization.extend(Paging.shape))
    .output(pageOf(PersonalToken)),

  bar: procedure({
    method: 'PUT',
    path: '/organizations/{organization}/personal-tokens/{token}/bar',
    operationId: 'personal_token_bar',
    tag: 'tokens',
    summary: 'Let a personal token into the organization no more',
    description: 'Bites at its next request. Elsewhere it works as before.',
    access: needs('token/edit', 'organization'),
  })
    .input(One)
    .output(PersonalToken),

  unbar: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/personal-tokens/{token}/bar',
    operationId: 'personal_token_unbar',
    tag: 'tokens',
    summary: 'Let a barred personal token in again',
    access: needs('token/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),
}
