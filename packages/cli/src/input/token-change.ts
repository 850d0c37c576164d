import type { TokenChange, TokenKind } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import {
  OAT_ORGANIZATION_WORDS,
  OAT_WORDS,
  parsePermission,
  parseRules,
  PAT_WORDS,
} from './repository-rule.ts'
import type { Status } from './status-option.ts'
import { pullLimitOf, type PullLimitOption } from './pull-limit.ts'

export type TokenChangeOptions = {
  readonly label?: string
  readonly description?: string
  readonly status?: Status
  readonly scopeMap?: string
  readonly address?: readonly string[]
  readonly repository?: readonly string[]
  readonly publicRepositories?: 'true' | 'false'
  readonly organizationScope?: readonly string[]
  readonly pullLimit?: PullLimitOption
}

/** Only what was said: unlike az's, an update never switches a disabled token on by the way. @throws CliError */
export function tokenChange(options: TokenChangeOptions, kind: TokenKind): TokenChange {
  const { label, description, status, scopeMap, address, repository, pullLimit } = options
  const { publicRepositories, organizationScope } = options
  if (repository !== undefined && kind === 'registry-token') {
    throw new CliError(
      'usage',
      'a registry token has its repositories from a scope map',
      'say `--scope-map NAME`',
    )
  }
  const rules = kind === 'pat' ? parseRules(repository, PAT_WORDS) : parseRules(repository, OAT_WORDS)
  const change: TokenChange = {
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status: status === 'enabled' ? 'active' : 'inactive' }),
    ...(scopeMap === undefined ? {} : { scopeMap }),
    ...(address === undefined ? {} : { addresses: address.filter((network) => network !== 'any') }),
    ...(repository === undefined ? {} : { repositories: rules }),
    ...(publicRepositories === undefined ? {} : { publicRepositories: publicRepositories === 'true' }),
    ...(organizationScope === undefined ? {} : { organizationScopes: scopesOf(organizationScope) }),
    ...pullLimitOf('pullLimit', pullLimit),
  }
  if (Object.keys(change).length === 0) {
    throw new CliError('usage', 'nothing to change', '`wharden token update --help` shows what can be')
  }
  return change
}

/** `none` takes them all away. */
function scopesOf(words: readonly string[]) {
  return words.filter((word) => word !== 'none').map((word) => parsePermission(word, OAT_ORGANIZATION_WORDS))
}
