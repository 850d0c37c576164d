import { SERVICE_PRINCIPAL_ROLES } from '@wharden/policy'
import { z } from 'zod'
import { needs } from './access.ts'
import { Addresses, ChosenStatus, CREDENTIAL, Description, NEW_CREDENTIAL } from './credential.ts'
import { CredentialId, OrganizationName, sized, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { procedure } from './procedure.ts'
import { overlapOf } from './token-secret.ts'

export const ServicePrincipalRole = z
  .enum(SERVICE_PRINCIPAL_ROLES)
  .describe(
    '`contributor` does everything with repositories, registry tokens and scope maps; `reader` pulls, lists and looks',
  )

const Name = sized(1, 100).meta({ examples: ['pipeline'] })

export const ServicePrincipal = z.object({
  ...CREDENTIAL,
  id: CredentialId.describe('the client id: what `az login --username` and `docker login --username` take'),
  name: z.string(),
  organization: OrganizationName,
  role: ServicePrincipalRole,
  tenant: z.string().describe('what `az login --tenant` takes'),
})
export type ServicePrincipal = z.infer<typeof ServicePrincipal>

/** The secret is shown in this answer, and never again. */
export const IssuedServicePrincipal = z.object({ servicePrincipal: ServicePrincipal, secret: z.string() })
export type IssuedServicePrincipal = z.infer<typeof IssuedServicePrincipal>

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ servicePrincipal: CredentialId.describe('its client id') })

const PATH = '/organizations/{organization}/service-principals'

export const servicePrincipal = {
  create: procedure({
    method: 'POST',
    path: PATH,
    operationId: 'service_principal_create',
    tag: 'service-principals',
    summary: 'Create a service principal, by which Azure’s tools sign in; its secret is shown this once',
    description: 'Nobody gives what they do not hold. It is not taken by this API.',
    access: needs('token/edit', 'organization'),
    successStatus: 201,
  })
    .input(
      InOrganization.extend({
        name: Name.describe('no other of the organization has it'),
        role: ServicePrincipalRole.default('contributor'),
        ...NEW_CREDENTIAL,
      }),
    )
    .output(IssuedServicePrincipal),

  list: procedure({
    method: 'GET',
    path: PATH,
    operationId: 'service_principal_list',
    tag: 'service-principals',
    summary: "List an organization's service principals",
    access: needs('token/read', 'organization'),
  })
    .input(InOrganization.extend({ ...Paging.shape, name: z.string().max(100).optional().describe('exact') }))
    .output(pageOf(ServicePrincipal)),

  show: procedure({
    method: 'GET',
    path: `${PATH}/{servicePrincipal}`,
    operationId: 'service_principal_show',
    tag: 'service-principals',
    summary: 'Show one service principal; never its secret',
    access: needs('token/read', 'organization'),
  })
    .input(One)
    .output(ServicePrincipal),

  update: procedure({
    method: 'PATCH',
    path: `${PATH}/{servicePrincipal}`,
    operationId: 'service_principal_update',
    tag: 'service-principals',
    summary: 'Deactivate, activate, re-describe or bind a service principal',
    description: 'Bites at the next request, with what was issued to it before, too. Its role stays.',
    access: needs('token/edit', 'organization'),
  })
    .input(
      One.extend(
        z
          .object({
            description: Description,
            addresses: Addresses,
            status: ChosenStatus,
          })
          .partial().shape,
      ),
    )
    .output(ServicePrincipal),

  rotate: procedure({
    method: 'POST',
    path: `${PATH}/{servicePrincipal}/rotations`,
    operationId: 'service_principal_rotate',
    tag: 'service-principals',
    summary: 'Give a service principal a new secret, without a break',
    description: 'With `overlapSeconds: 0` the old secret and all that was issued by it end at once.',
    access: needs('token/edit', 'organization'),
    successStatus: 201,
  })
    .input(One.extend({ overlapSeconds: overlapOf(24 * 3_600) }))
    .output(
      IssuedServicePrincipal.extend({
        previousUntil: Timestamp.describe('when the secret before it ends'),
      }),
    ),

  delete: procedure({
    method: 'DELETE',
    path: `${PATH}/{servicePrincipal}`,
    operationId: 'service_principal_delete',
    tag: 'service-principals',
    summary: 'Delete a service principal; the next request with it is refused',
    access: needs('token/edit', 'organization'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),
}
