import { z } from 'zod'
import { Addresses, ChosenStatus, CREDENTIAL, Description, NEW_CREDENTIAL } from './credential.ts'
import { TokenKind } from './credential-kind.ts'
import {
  CredentialId,
  OrganizationName,
  RegistryTokenName,
  ScopeMapName,
  sized,
  Timestamp,
  UserName,
} from './names.ts'
import { pageOf, Paging } from './paging.ts'
import {
  OatOrganizationScope,
  OatOrPatRules,
  OatRules,
  PatRules,
  RegistryRules,
  RegistryUpstreamRules,
  UpstreamRules,
} from './permission.ts'
import { needs } from './access.ts'
import { PullLimit } from './pull-limit.ts'
import { procedure } from './procedure.ts'

const Label = sized(1, 100)
export const PasswordName = z.enum(['password1', 'password2'])

/** Of the window that runs now. */
const PullUsage = z.object({
  used: z.int(),
  resetsAt: Timestamp.nullable().describe('when all are there again; null: none is used'),
})

const common = { ...CREDENTIAL, renewable: z.boolean().describe('whether it may get itself a new secret') }

export const Token = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pat'), ...common, label: Label, user: UserName, repositories: PatRules }),
  z.object({
    kind: z.literal('oat'),
    ...common,
    label: Label,
    organization: OrganizationName,
    repositories: OatRules,
    publicRepositories: z.boolean(),
    upstreams: UpstreamRules,
    organizationScopes: z.array(OatOrganizationScope),
    pullLimit: PullLimit.nullable().describe('pulls in six hours from the first one on; null: any number'),
    pullUsage: PullUsage.nullable().describe('null where there is no limit'),
  }),
  z.object({
    kind: z.literal('registry-token'),
    ...common,
    name: RegistryTokenName,
    organization: OrganizationName,
    scopeMap: ScopeMapName.nullable().describe(
      'null once its map was deleted: the token then may do nothing',
    ),
    upstreams: RegistryUpstreamRules,
    passwords: z.array(
      z.object({ name: PasswordName, createdAt: Timestamp, expiresAt: Timestamp.nullable() }),
    ),
  }),
])
export type Token = z.infer<typeof Token>

/** Shown in the answer to the creation, and never again. */
export const TokenSecret = z.object({
  name: z.union([z.literal('secret'), PasswordName]),
  value: z.string(),
  expiresAt: Timestamp.nullable(),
})

export const IssuedToken = z.object({
  token: Token,
  secrets: z.array(TokenSecret),
  login: z
    .object({ server: z.string(), username: z.string() })
    .describe('what `docker login` takes, with a secret as the password'),
})
export type IssuedToken = z.infer<typeof IssuedToken>

const newCommon = {
  ...NEW_CREDENTIAL,
  renewable: z.boolean().default(false).describe('whether it may get itself a new secret, before it expires'),
}

const NewPat = z.object({
  kind: z.literal('pat'),
  ...newCommon,
  label: Label,
  repositories: PatRules.min(1),
})

const NewOat = z.object({
  kind: z.literal('oat'),
  ...newCommon,
  organization: OrganizationName,
  label: Label,
  repositories: OatRules.default([]),
  publicRepositories: z.boolean().default(false).describe('read every public repository'),
  upstreams: UpstreamRules.default([]),
  organizationScopes: z.array(OatOrganizationScope).default([]),
  pullLimit: PullLimit.nullable().default(null).describe('pulls in six hours; null: any number'),
})

const NewRegistryToken = z.object({
  kind: z.literal('registry-token'),
  ...newCommon,
  organization: OrganizationName,
  name: RegistryTokenName,
  rights: z.discriminatedUnion('type', [
    z.object({ type: z.literal('scope-map'), scopeMap: ScopeMapName }),
    z
      .object({ type: z.literal('repositories'), repositories: RegistryRules })
      .describe('makes the scope map `NAME-scope-map`, or uses it where it says the same'),
  ]),
  upstreams: RegistryUpstreamRules.default([]),
  status: ChosenStatus.default('active'),
  passwords: z.array(PasswordName).max(2).default(['password1', 'password2']).describe('which to generate'),
  passwordsExpireAt: Timestamp.nullable()
    .default(null)
    .describe('when those end; null: with the token. Others can be generated then'),
})

export const NewToken = z.discriminatedUnion('kind', [NewPat, NewOat, NewRegistryToken])
export type NewToken = z.infer<typeof NewToken>

const ById = z.object({ token: CredentialId })

/** What is absent stays as it is; what doesn't belong to the token's kind is `invalid`. */
export const TokenChange = z
  .object({
    label: Label,
    description: Description,
    addresses: Addresses,
    status: ChosenStatus,
    repositories: OatOrPatRules.describe('personal and organization access tokens'),
    publicRepositories: z.boolean(),
    upstreams: z.union([UpstreamRules, RegistryUpstreamRules]),
    organizationScopes: z.array(OatOrganizationScope),
    scopeMap: ScopeMapName,
    pullLimit: PullLimit.nullable().describe('organization access tokens'),
    expiresAt: z
      .never(
        'an expiry is chosen when a token is made and never changes; make a new token, or delete this one',
      )
      .describe('refused: what was chosen when the token was made stays'),
  })
  .partial()
export type TokenChange = z.input<typeof TokenChange>

export const token = {
  create: procedure({
    method: 'POST',
    path: '/tokens',
    operationId: 'token_create',
    tag: 'tokens',
    summary: 'Create a token of any kind; its secrets are shown this once',
    description:
      'A personal token belongs to the caller; the other kinds to the organization, whose owners make them. Nobody gives what they do not hold.',
    access: needs('token/edit', 'token'),
    successStatus: 201,
  })
    .input(NewToken)
    .output(IssuedToken),

  list: procedure({
    method: 'GET',
    path: '/tokens',
    operationId: 'token_list',
    tag: 'tokens',
    summary: "List an organization's tokens, or without one the caller's personal tokens",
    access: needs('token/read', 'organization'),
  })
    .input(
      z.object({
        ...Paging.shape,
        organization: OrganizationName.optional(),
        kind: TokenKind.optional(),
        name: z.string().max(100).optional().describe('exact name or label'),
        expiringWithin: z.coerce
          .number()
          .int()
          .min(1)
          .max(3650)
          .optional()
          .describe('days: those that end within them, or a password of theirs, and have not ended yet'),
      }),
    )
    .output(pageOf(Token)),

  show: procedure({
    method: 'GET',
    path: '/tokens/{token}',
    operationId: 'token_show',
    tag: 'tokens',
    summary: 'Show one token',
    access: needs('token/read', 'token'),
  })
    .input(ById)
    .output(Token),

  update: procedure({
    method: 'PATCH',
    path: '/tokens/{token}',
    operationId: 'token_update',
    tag: 'tokens',
    summary: 'Rename, deactivate, activate or re-scope a token',
    description: 'Bites at the next request, tokens and sessions already issued from it included.',
    access: needs('token/edit', 'token'),
  })
    .input(ById.extend(TokenChange.shape))
    .output(Token),

  delete: procedure({
    method: 'DELETE',
    path: '/tokens/{token}',
    operationId: 'token_delete',
    tag: 'tokens',
    summary: 'Delete a token; the next request with it is refused',
    access: needs('token/edit', 'token'),
    successStatus: 204,
  })
    .input(ById)
    .output(z.void()),
}
