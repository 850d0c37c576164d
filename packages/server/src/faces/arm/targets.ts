/** What Azure calls the parts of a request that our operations name otherwise. */
const TARGETS: Readonly<Record<string, string>> = {
  description: 'properties.description',
  actions: 'properties.actions',
  repositories: 'properties.actions',
  scopeMap: 'properties.scopeMapId',
  rights: 'properties.scopeMapId',
  status: 'properties.status',
  expiresAt: 'expiry',
  names: 'name',
}

/** @param field a dotted path, as an `AppError` has it: `repositories.3.repository` */
export function targetOf(field: string): string {
  const [first = ''] = field.split('.', 1)
  return Object.hasOwn(TARGETS, first) ? (TARGETS[first] ?? field) : field
}
