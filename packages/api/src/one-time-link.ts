import { z } from 'zod'
import { Timestamp } from './names.ts'

/** An address that works once; shown once, too. `secret` is its last part. */
export const OneTimeLink = z.object({ url: z.url(), secret: z.string(), expiresAt: Timestamp })
export type OneTimeLink = z.infer<typeof OneTimeLink>
