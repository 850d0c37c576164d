const names = new Map<string, string>()

/** Hot statements are few and fixed, so each gets a name under which every connection prepares it once. */
export function statementName(sql: string): string {
  const known = names.get(sql)
  if (known !== undefined) return known
  const name = `hot${names.size}`
  names.set(sql, name)
  return name
}
