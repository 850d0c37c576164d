import { queryOf } from '../../http/query-of.ts'
import type { Call, Reply } from './call.ts'
import { resourceView } from './views.ts'

/** The resources that are asked for: az finds a registry's id by its name here. */
export async function listResources({ registry, request }: Call): Promise<Reply> {
  const resource = resourceView(registry)
  const filter = queryOf(request.url ?? '').get('$filter') ?? ''
  return { status: 200, body: { value: isAskedFor(resource, filter) ? [resource] : [] } }
}

/** Of a filter the two comparisons that clients make: `resourceType eq '…' and name eq '…'`. */
function isAskedFor(
  { type, name }: { readonly type: string; readonly name: string },
  filter: string,
): boolean {
  const compared = [
    [type, /\bresourceType eq '([^']*)'/i.exec(filter)?.[1]],
    [name, /\bname eq '([^']*)'/i.exec(filter)?.[1]],
  ] as const
  return compared.every(([is, wanted = is]) => wanted.toLowerCase() === is.toLowerCase())
}
