import type { OpenAPI } from '@orpc/contract'
import { z } from 'zod'
import { ActivityEntry } from './activity.ts'
import { AuditEvent } from './audit.ts'
import { DecisionExplanation } from './decision.ts'
import { API_ERRORS } from './errors.ts'
import { GcState } from './gc.ts'
import { Guard, GuardMaterial } from './guard.ts'
import { JsonWebKeySet } from './key.ts'
import { Member } from './member.ts'
import { Organization } from './organization.ts'
import { OrganizationPolicy } from './policy.ts'
import { TAGS } from './procedure.ts'
import { Repository, RepositoryTag } from './repository.ts'
import { ScopeMap } from './scope-map.ts'
import { Whoami } from './session.ts'
import { SystemHealth, SystemTrust } from './system.ts'
import { IssuedToken, NewToken, Token } from './token.ts'
import { User } from './user.ts'

type ErrorRow = { readonly status: number; readonly message: string; readonly data?: z.ZodType }

const rows: readonly (readonly [string, ErrorRow])[] = Object.entries(API_ERRORS)

function errorSchema(code: string, { status, data }: ErrorRow): OpenAPI.SchemaObject {
  return {
    type: 'object',
    required: ['defined', 'code', 'status', 'message'],
    properties: {
      defined: { const: true },
      code: { const: code },
      status: { const: status },
      message: { type: 'string', description: 'a sentence for people' },
      ...(data === undefined ? {} : { data: withoutDialect(z.toJSONSchema(data)) }),
    },
  }
}

function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>) {
  return schema
}

/** One shared answer for each status of the error table. */
function errorResponses() {
  const statuses = [...new Set(rows.map(([, row]) => row.status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const same = rows.filter(([, row]) => row.status === status)
      const schemas = same.map(([code, row]) => errorSchema(code, row))
      return [
        String(status),
        {
          description: same.map(([code, row]) => `\`${code}\`: ${row.message}`).join('; '),
          content: {
            'application/json': { schema: { oneOf: schemas } },
          },
        },
      ]
    }),
  )
}

const sent = (schema: z.ZodType) => ({ schema, strategy: 'input' as const })
const received = (schema: z.ZodType) => ({ schema, strategy: 'output' as const })

/**
 * What the OpenAPI document says besides the operations. The generator (`@orpc/openapi`) pulls in a server, so it is
 * called where one is: `new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
 * .generate(contract, openApiOptions())`.
 */
export function openApiOptions() {
  return {
    info: {
      title: 'Wharden administration API',
      version: '1',
      description:
        'Everything the console and the command line do. Sign in with `POST /api/v1/sessions` and send the secret, or a token, as `Authorization: Bearer`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] as string[] }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'a session secret, or a token of any kind',
        },
      },
      responses: errorResponses(),
    },
    commonSchemas: {
      ActivityEntry: received(ActivityEntry),
      AuditEvent: received(AuditEvent),
      DecisionExplanation: received(DecisionExplanation),
      GcState: received(GcState),
      Guard: received(Guard),
      GuardMaterial: received(GuardMaterial),
      IssuedToken: received(IssuedToken),
      JsonWebKeySet: received(JsonWebKeySet),
      Member: received(Member),
      NewToken: sent(NewToken),
      Organization: received(Organization),
      OrganizationPolicy: received(OrganizationPolicy),
      Repository: received(Repository),
      RepositoryTag: received(RepositoryTag),
      ScopeMap: received(ScopeMap),
      SystemHealth: received(SystemHealth),
      SystemTrust: received(SystemTrust),
      Token: received(Token),
      User: received(User),
      Whoami: received(Whoami),
    },
  }
}
