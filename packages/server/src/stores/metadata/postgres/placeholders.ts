const rewritten = new Map<string, string>()

/** `?` → `$1`, `$2` … Our hot statements have no `?` in texts or operators. */
export function numberPlaceholders(sql: string): string {
  const known = rewritten.get(sql)
  if (known !== undefined) return known
  let number = 0
  const text = sql.replaceAll('?', () => `$${(number += 1)}`)
  if (rewritten.size < 1_000) rewritten.set(sql, text)
  return text
}
