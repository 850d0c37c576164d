import { z } from 'zod'

/** Whether everybody may pull, or only those who are granted it. */
export const Visibility = z.enum(['public', 'private'])
