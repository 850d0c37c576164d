import { z } from 'zod'

/** What every list takes: how many, and where the last page ended. */
export const Paging = z.object({
  limit: z.coerce.number<number>().int().min(1).max(1000).default(100),
  after: z.string().max(1024).optional().describe('`next` of the page before'),
})

/** What every list gives: `next` is null on the last page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}
