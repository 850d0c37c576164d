import type { ApiClient, Token } from '@wharden/api'
import { CliError } from './cli-error.ts'
import type { Io } from './io.ts'
import { optionalOrganization, type OrganizationOptions } from './session.ts'

type Query = Parameters<ApiClient['token']['list']>[0]

/** As Azure names a token, and our JSON with it. */
const RESOURCE = /\/registries\/([^/]+)\/tokens\/([^/]+)$/i

const ID = /^[\w-]{1,64}$/

/**
 * Finds a token by name or label, in an organization or among one's own, or by id.
 * @throws CliError when several have the label: only ids tell them apart
 */
export async function findToken(
  api: ApiClient,
  wanted: string,
  options: OrganizationOptions,
  io: Io,
): Promise<Token> {
  const [, registry, name = wanted] = RESOURCE.exec(wanted) ?? []
  const queries = registry === undefined ? placesOf(options, io) : [azures(registry)]
  const found: Token[] = []
  for (const query of queries) found.push(...(await api.token.list({ ...query, name, limit: 20 })).items)
  const [only, ...others] = found
  if (only === undefined) {
    // A label may have spaces in it: no id to ask for.
    if (!ID.test(name))
      throw new CliError(
        'notFound',
        `there is no token \`${name}\`, or none that you may see`,
        'check the name',
      )
    return api.token.show({ token: name })
  }
  if (others.length === 0) return only
  throw new CliError(
    'usage',
    `several tokens are called \`${name}\``,
    `say the id: ${found.map(({ id, kind }) => `${id} (${kind})`).join(', ')}`,
  )
}

/** An organization that is only the environment's hides nobody's own tokens. */
function placesOf(options: OrganizationOptions, io: Io): readonly Query[] {
  if (options.registry !== undefined) return [azures(options.registry)]
  const place = optionalOrganization(options, io)
  return options.org === undefined && place.organization !== undefined ? [place, {}] : [place]
}

/** A registry, to az, has tokens of one kind. */
function azures(organization: string): Query {
  return { organization, kind: 'registry-token' }
}
