/** What Azure's clients send. What else a body names is for registries that know of it: it is not looked at. */
import { z } from 'zod'

const Text = z.string().nullish()

export const ScopeMapBody = z.object({
  properties: z.object({ description: Text, actions: z.array(z.string()).nullish() }).default({}),
})

const Status = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['enabled', 'disabled']))
/** Of a password only the name: values and times are ours to give. */
const Passwords = z.array(z.object({ name: z.enum(['password1', 'password2']) }))
const Certificates = z
  .array(z.unknown())
  .max(0, 'tokens have passwords and no certificates here: leave it empty')

export const TokenBody = z.object({
  properties: z
    .object({
      scopeMapId: Text,
      status: Status.nullish(),
      credentials: z
        .object({ passwords: Passwords.nullish(), certificates: Certificates.nullish() })
        .nullish(),
    })
    .default({}),
})

/** az writes microseconds, the SDKs milliseconds; an offset is as good as `Z`. */
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

export const CredentialsBody = z.object({
  tokenId: z.string(),
  name: z.enum(['password1', 'password2']).nullish(),
  expiry: Instant.nullish(),
})
