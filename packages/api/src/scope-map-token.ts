import { z } from 'zod'
import { needs } from './access.ts'
import { ChosenStatus, NEW_CREDENTIAL } from './credential.ts'
import { OrganizationName, ScopeMapName, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { procedure } from './procedure.ts'
import { RegistryTokenNames } from './registry-token-names.ts'
import { IssuedToken, PasswordName, Token } from './token.ts'

const OfMap = z.object({ organization: OrganizationName, scopeMap: ScopeMapName })

/** The tokens that share a scope map: many made at once, and those that a change of it concerns. */
export const scopeMapToken = {
  create: procedure({
    method: 'POST',
    path: '/organizations/{organization}/scope-maps/{scopeMap}/tokens',
    operationId: 'scope_map_token_create',
    tag: 'tokens',
    summary: 'Create many registry tokens on one scope map: all of them or none',
    description:
      'For fleets of devices. Where a name is taken, nothing is made and the answer says which are. Each gets one password unless you say otherwise, so that the other is free to change over to; they are shown this once.',
    access: needs('token/edit', 'organization'),
    successStatus: 201,
  })
    .input(
      OfMap.extend({
        ...NEW_CREDENTIAL,
        names: RegistryTokenNames,
        renewable: z.boolean().default(false).describe('whether each may get itself a new secret'),
        status: ChosenStatus.default('active'),
        passwords: z.array(PasswordName).max(2).default(['password1']).describe('which to generate of each'),
        passwordsExpireAt: Timestamp.nullable()
          .default(null)
          .describe('when those end; null: with the tokens'),
      }),
    )
    .output(z.object({ tokens: z.array(IssuedToken).describe('in the order of their names') })),

  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/scope-maps/{scopeMap}/tokens',
    operationId: 'scope_map_token_list',
    tag: 'tokens',
    summary: 'List the tokens that have a scope map: whom a change of it concerns',
    access: needs('token/read', 'organization'),
  })
    .input(OfMap.extend(Paging.shape))
    .output(pageOf(Token)),
}
