import { z } from 'zod'
import { parseRepositoryName, type RepositoryName } from './repository-name.ts'
import { SCOPE_ACTIONS, SCOPE_LIMIT, type Scope } from './scope.ts'

/** Whose words a client understands, where they aren't Docker's. */
export type Dialect = 'azure'

/**
 * The claims of a registry's access token, as they stand in the JWT.
 * https://distribution.github.io/distribution/spec/auth/jwt/
 */
export type AccessClaims = {
  readonly iss: string
  /** Who it is for; `''` is nobody in particular, an anonymous pull. */
  readonly sub: string
  readonly aud: string
  /** Seconds since 1970, as are `nbf` and `iat`. */
  readonly exp: number
  readonly nbf: number
  readonly iat: number
  readonly jti: string
  /** What a registry that verifies by itself grants without asking us. */
  readonly access: readonly Scope[]
  /** What our own registry needs to decide each request afresh. */
  readonly whd: {
    /** Id of the credential the token was given for, `''` for an anonymous one… */
    readonly credential: string
    /** …and its version then: a later one ends the token. */
    readonly version: number
    /** The mark of the password it was issued by, where the credential has several: it ends with that one. */
    readonly password?: string | undefined
    /** The address the token was asked at; it is worth nothing at another. */
    readonly site: string
    /** What the client asked for, granted or not: asked and refused is 403, not asked is 401. */
    readonly asked: readonly Scope[]
    /** Only how its bearer is refused: no decision looks at it. */
    readonly dialect?: Dialect
  }
}

const actionsSchema = z
  .array(z.enum(SCOPE_ACTIONS))
  .min(1)
  .refine((actions) => actions.every((action, at) => at === 0 || placeOf(action) > placeOf(actions[at - 1])))

function placeOf(action: (typeof SCOPE_ACTIONS)[number] | undefined): number {
  return action === undefined ? -1 : SCOPE_ACTIONS.indexOf(action)
}

const nameSchema = z.custom<RepositoryName>(
  (value) => typeof value === 'string' && parseRepositoryName(value).type === 'ok',
)

const scopesSchema = z
  .array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('repository'), name: nameSchema, actions: actionsSchema }),
      z.object({
        type: z.literal('registry'),
        name: z.literal('catalog'),
        actions: z.tuple([z.literal('*')]),
      }),
    ]),
  )
  .max(SCOPE_LIMIT)

const secondsSchema = z.int().nonnegative()

const claimsSchema = z.object({
  iss: z.string().min(1),
  sub: z.string(),
  aud: z.string().min(1),
  exp: secondsSchema,
  nbf: secondsSchema,
  iat: secondsSchema,
  jti: z.string().min(1),
  access: scopesSchema,
  whd: z.object({
    credential: z.string(),
    version: z.int().nonnegative(),
    password: z.string().min(1).optional(),
    site: z.string().min(1),
    asked: scopesSchema,
  }),
})

/**
 * Reads the claims of a token whose signature was verified. Every claim must be there and of its type: nothing is
 * defaulted, and other claims are dropped. Whether it is for us, and still valid, is the verifier's to say.
 */
export function parseAccessClaims(value: unknown): AccessClaims | undefined {
  const read = claimsSchema.safeParse(value)
  return read.success ? read.data : undefined
}
