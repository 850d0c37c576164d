import { z } from 'zod'

/**
 * A list without the items that its contract has no words for: written by a newer version beside this one, as in a rolling
 * upgrade, they must not hide the rest. What isn't a list comes back as it is.
 * @param passedOver told how many they were, if any
 */
export function knownItems<Output>(
  schema: unknown,
  output: Output,
  passedOver: (count: number) => void,
): Output {
  const item = itemOf(schema)
  if (item === undefined || !isList(output)) return output
  const items = output.items.filter((each) => item.safeParse(each).success)
  if (items.length === output.items.length) return output
  passedOver(output.items.length - items.length)
  return { ...output, items }
}

function itemOf(schema: unknown): z.ZodType | undefined {
  if (!(schema instanceof z.ZodObject)) return undefined
  const items: unknown = schema.shape['items']
  return items instanceof z.ZodArray && items.element instanceof z.ZodType ? items.element : undefined
}

function isList(output: unknown): output is { readonly items: readonly unknown[] } {
  return typeof output === 'object' && output !== null && 'items' in output && Array.isArray(output.items)
}
