import { contract } from '@wharden/api'
import { AppError } from '../../errors.ts'
import { readJsonBody } from '../../http/read-json-body.ts'
import { createToken } from '../../operations/manage/token/create-token.ts'
import { deletePasswords } from '../../operations/manage/token/delete-passwords.ts'
import { generatePasswords } from '../../operations/manage/token/generate-passwords.ts'
import { listTokens } from '../../operations/manage/token/list-tokens.ts'
import { deleteToken } from '../../operations/manage/token/token.ts'
import { updateToken } from '../../operations/manage/token/update-token.ts'
import { accepted, checked } from './accepted.ts'
import { CredentialsBody, TokenBody } from './bodies.ts'
import type { Call, Methods } from './call.ts'
import { asRegistryToken, findToken, type RegistryTokenView } from './find-token.ts'
import { ifThere } from './if-there.ts'
import { ownName } from './own-name.ts'
import { pageOf, pageView } from './paging.ts'
import { credentialsView, tokenView } from './views.ts'

const BODY_LIMIT = 64 * 1024
const PAGE = 500

export function tokensMethods(call: Call): Methods {
  const { house, caller, registry } = call
  return {
    GET: async () => {
      const query = { organization: registry.name, kind: 'registry-token' } as const
      const page = await listTokens(house, caller, { ...query, ...pageOf(call, PAGE) })
      return {
        status: 200,
        body: pageView(call, page, (token) => tokenView(registry, asRegistryToken(token))),
      }
    },
  }
}

export function tokenMethods(call: Call, name: string): Methods {
  const { house, caller, registry } = call
  return {
    GET: async () => ({ status: 200, body: tokenView(registry, await findToken(call, name)) }),
    PUT: async () => {
      const wanted = await readWanted(call)
      const there = await ifThere(findToken(call, name))
      const token = await (there === undefined ? create(call, name, wanted) : change(call, there, wanted))
      return { status: there === undefined ? 201 : 200, body: tokenView(registry, token) }
    },
    PATCH: async () => {
      const wanted = await readWanted(call)
      const token = await change(call, await findToken(call, name), wanted)
      return { status: 200, body: tokenView(registry, token) }
    },
    DELETE: async () => {
      const there = await ifThere(findToken(call, name))
      if (there === undefined) return { status: 204 }
      await deleteToken(house, caller, { token: there.id })
      return { status: 200 }
    },
  }
}

export function credentialsMethods(call: Call): Methods {
  const { house, caller, registry, request } = call
  return {
    POST: async () => {
      const { tokenId, name, expiry } = checked(CredentialsBody, await readJsonBody(request, BODY_LIMIT))
      const { id } = await findToken(call, ownName(registry, 'token', tokenId, 'tokenId'))
      const input = accepted(contract.tokenPassword.generate, {
        token: id,
        expiresAt: expiry ?? null,
        ...(name != null && { names: [name] }),
      })
      return { status: 200, body: credentialsView(await generatePasswords(house, caller, input)) }
    },
  }
}

type Wanted = Awaited<ReturnType<typeof readWanted>>

/** What is named of a token; what is absent or null is not. */
async function readWanted({ request, registry }: Call) {
  const { properties } = checked(TokenBody, await readJsonBody(request, BODY_LIMIT))
  const { scopeMapId, status, credentials } = properties
  return {
    scopeMap:
      scopeMapId == null ? undefined : ownName(registry, 'scope-map', scopeMapId, 'properties.scopeMapId'),
    status: status == null ? undefined : STATUSES[status],
    /** Those that stay. */
    passwords: credentials?.passwords?.map((password) => password.name),
  }
}

const STATUSES = { enabled: 'active', disabled: 'inactive' } as const

/** It has no passwords yet: Azure's clients ask for them by themselves. */
async function create({ house, caller, registry }: Call, name: string, { scopeMap, status }: Wanted) {
  if (scopeMap === undefined) {
    throw new AppError(
      'invalid',
      '`properties.scopeMapId` is missing: say which scope map the token is to have',
      {
        field: 'scopeMap',
      },
    )
  }
  const input = accepted(contract.token.create, {
    kind: 'registry-token',
    organization: registry.name,
    name,
    rights: { type: 'scope-map', scopeMap },
    status,
    passwords: [],
  })
  return asRegistryToken((await createToken(house, caller, input)).token)
}

/** First what may be refused, then the passwords: those that were not there can't be kept. */
async function change(
  { house, caller }: Call,
  token: RegistryTokenView,
  { scopeMap, status, passwords }: Wanted,
) {
  const changes = scopeMap !== undefined || status !== undefined
  const changed = changes
    ? await updateToken(house, caller, accepted(contract.token.update, { token: token.id, scopeMap, status }))
    : token
  const names = token.passwords.flatMap(({ name }) => (passwords?.includes(name) === false ? [name] : []))
  if (names.length === 0) return asRegistryToken(changed)
  return asRegistryToken(await deletePasswords(house, caller, { token: token.id, names }))
}
