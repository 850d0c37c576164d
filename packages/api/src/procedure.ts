import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ACCESS, type Access, type ApiMeta } from './access.ts'
import { API_ERRORS } from './errors.ts'
import { openApiOperation, type Answers } from './openapi-operation.ts'
import { sayWrongInput } from './wrong-input.ts'

// For all schemas at once: zod knows no narrower place that isn't every single schema.
z.config({ customError: sayWrongInput })

export const BASE_PATH = '/api/v1'

export const TAGS = {
  setup: 'First run: the installation and its first administrator',
  sessions: 'Signing in by name and password',
  organizations: 'Tenants',
  users: 'People',
  members: 'People in an organization, and their roles',
  groups: 'Teams of members, and what they may do together',
  companies: 'Several organizations with owners in common',
  invites: 'Asking people into an organization',
  repositories: 'Named places for images',
  tokens: 'Credentials of every kind',
  'service-principals': 'What Azure’s tools sign in as',
  'scope-maps': 'Named sets of repository permissions that registry tokens share',
  policies: 'What an organization allows: image access, registry access, sign-in',
  decisions: 'Why something was allowed or refused',
  guards: 'Other registries that trust our token service',
  keys: 'Public keys that verify our tokens',
  audit: 'The log of administration and sign-ins, chained by hashes',
  activity: 'The log of pulls, pushes and refusals',
  gc: 'Garbage collection: deleting the bytes that nothing needs any more',
  system: 'Health, version, trust',
} as const

type ProcedureOptions = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `BASE_PATH`. `{+name}` takes the rest of the path, slashes and all. */
  readonly path: `/${string}`
  /** noun_verb */
  readonly operationId: string
  readonly tag: keyof typeof TAGS
  readonly summary: string
  readonly description?: string
  readonly access: Access
  readonly successStatus?: 200 | 201 | 204
  /** For a body that isn't JSON: its media types, and what each holds. */
  readonly answers?: Answers
}

const base = oc.$meta<ApiMeta>({ access: ACCESS.signedIn }).errors(API_ERRORS)

/** The start of every operation of the contract: route, errors and access in one place. */
export function procedure({ tag, access, path, answers, ...route }: ProcedureOptions) {
  return base.meta({ access }).route({
    ...route,
    path: `${BASE_PATH}${path}`,
    tags: [tag],
    ...(answers === undefined ? {} : { outputStructure: 'detailed' as const }),
    spec: (operation) => openApiOperation(access, operation, answers),
  })
}
