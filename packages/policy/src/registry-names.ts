import { error, ok, type Result } from '@wharden/oci'

/**
 * Names of registry tokens and scope maps, as Azure Container Registry has them; az checks none of them.
 * https://learn.microsoft.com/azure/templates/microsoft.containerregistry/registries/tokens
 */
export type RegistryNameProblem = {
  readonly of: 'token' | 'scope-map'
  readonly type: 'form' | 'system'
  readonly text: string
}

const TOKEN = /^[a-zA-Z0-9-]{5,50}$/
const SCOPE_MAP = /^[a-zA-Z0-9_-]{5,50}$/

/** What a token's name and this make is the name of the map that is made with it. */
const MADE_WITH_TOKEN = '-scope-map'

/** A token's login name. */
export function parseRegistryTokenName(text: string): Result<string, RegistryNameProblem> {
  return TOKEN.test(text) ? ok(text) : error({ of: 'token', type: 'form', text })
}

/** A name for a new scope map. That of one made with a token is as much longer as it needs to be. */
export function parseScopeMapName(text: string): Result<string, RegistryNameProblem> {
  if (text.startsWith('_')) return error({ of: 'scope-map', type: 'system', text })
  const token = text.endsWith(MADE_WITH_TOKEN) ? text.slice(0, -MADE_WITH_TOKEN.length) : ''
  return SCOPE_MAP.test(text) || TOKEN.test(token) ? ok(text) : error({ of: 'scope-map', type: 'form', text })
}

/** The map that is made with a token. */
export function scopeMapNameOf(token: string): string {
  return `${token}${MADE_WITH_TOKEN}`
}

/** One line for people. */
export function describeRegistryNameProblem({ of, type, text }: RegistryNameProblem): string {
  if (type === 'system') return `\`${text}\`: names that begin with \`_\` are the system’s; choose another`
  return of === 'token'
    ? `\`${text}\` can't be a token's name: use 5 to 50 letters, digits and hyphens`
    : `\`${text}\` can't be a scope map's name: use 5 to 50 letters, digits, hyphens and underscores`
}
