import { z } from 'zod'

/** Pulls in a window of six hours. */
export const PullLimit = z.int().min(1).max(1_000_000_000)
