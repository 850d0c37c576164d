import { z } from 'zod'
import { ACCESS } from './access.ts'
import { procedure } from './procedure.ts'

/** A public key in the form of RFC 7517; ES256 only. */
export const JsonWebKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('ES256'),
  x5c: z.array(z.string()).optional(),
})

export const JsonWebKeySet = z.object({ keys: z.array(JsonWebKey) })
export type JsonWebKeySet = z.infer<typeof JsonWebKeySet>

export const key = {
  list: procedure({
    method: 'GET',
    path: '/keys',
    operationId: 'key_list',
    tag: 'keys',
    summary: 'The public keys that verify registry tokens, as a JWK set',
    access: ACCESS.public,
  }).output(JsonWebKeySet),
}
