import type { NewToken } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { optionalOrganization, organizationOf, type OrganizationOptions } from '../session.ts'
import { parseExpiry } from './duration.ts'
import {
  OAT_ORGANIZATION_WORDS,
  OAT_UPSTREAM_WORDS,
  OAT_WORDS,
  parsePermission,
  parseRules,
  PAT_WORDS,
  REGISTRY_UPSTREAM_WORDS,
  REGISTRY_WORDS,
} from './repository-rule.ts'
import { passwordExpiryOf, type PasswordExpiryOptions } from './password-expiry.ts'
import type { Status } from './status-option.ts'
import { pullLimitOf, type PullLimitOption } from './pull-limit.ts'

export type NewTokenOptions = OrganizationOptions &
  PasswordExpiryOptions & {
    readonly kind?: NewToken['kind']
    readonly name?: string
    readonly label?: string
    readonly description?: string
    readonly scopeMap?: string
    readonly publicRepositories?: boolean
    readonly organizationScope?: readonly string[]
    readonly expires?: string
    readonly address?: readonly string[]
    readonly renewable?: boolean
    readonly status: Status
    readonly passwords: boolean
    readonly repository?: readonly string[]
    readonly upstream?: readonly string[]
    readonly pullLimit?: PullLimitOption
  }

/** Turns the options of `token create` into what the API takes. @throws CliError for what doesn't go together */
export function newToken(options: NewTokenOptions, io: Io) {
  const kind = kindOf(options, io)
  refuseForeign(options, kind)
  switch (kind) {
    case 'registry-token':
      return newRegistryToken(options, io)
    case 'oat':
      return newOat(options, io)
    case 'pat':
      return newPat(options, io)
  }
}

function kindOf(options: NewTokenOptions, io: Io): NewToken['kind'] {
  if (options.kind !== undefined) return options.kind
  if (options.name !== undefined) return 'registry-token'
  return optionalOrganization(options, io).organization === undefined ? 'pat' : 'oat'
}

/** Which options belong to which kind; the others go with all. */
const BELONGS: readonly {
  readonly flag: string
  readonly given: (options: NewTokenOptions) => boolean
  readonly kinds: readonly NewToken['kind'][]
}[] = [
  { flag: '--name', given: ({ name }) => name !== undefined, kinds: ['registry-token'] },
  { flag: '--label', given: ({ label }) => label !== undefined, kinds: ['oat', 'pat'] },
  { flag: '--scope-map', given: ({ scopeMap }) => scopeMap !== undefined, kinds: ['registry-token'] },
  { flag: '--status', given: ({ status }) => status === 'disabled', kinds: ['registry-token'] },
  { flag: '--no-passwords', given: ({ passwords }) => !passwords, kinds: ['registry-token'] },
  {
    flag: '--expiration-in-days',
    given: ({ expirationInDays }) => expirationInDays !== undefined,
    kinds: ['registry-token'],
  },
  { flag: '--expiration', given: ({ expiration }) => expiration !== undefined, kinds: ['registry-token'] },
  { flag: '--public-repositories', given: (options) => options.publicRepositories === true, kinds: ['oat'] },
  {
    flag: '--organization-scope',
    given: (options) => options.organizationScope !== undefined,
    kinds: ['oat'],
  },
  { flag: '--pull-limit', given: ({ pullLimit }) => pullLimit !== undefined, kinds: ['oat'] },
  { flag: '--upstream', given: ({ upstream }) => upstream !== undefined, kinds: ['registry-token', 'oat'] },
]

function refuseForeign(options: NewTokenOptions, kind: NewToken['kind']): void {
  const foreign = BELONGS.find(({ given, kinds }) => given(options) && !kinds.includes(kind))
  if (foreign !== undefined) {
    throw new CliError(
      'usage',
      `\`${foreign.flag}\` does not go with a token of kind \`${kind}\``,
      `it goes with \`--kind ${foreign.kinds.join('` or `--kind ')}\``,
    )
  }
}

function common({ description, address, expires, renewable }: NewTokenOptions, { now }: Io) {
  return {
    ...(description === undefined ? {} : { description }),
    ...(address === undefined ? {} : { addresses: [...address] }),
    ...(renewable === undefined ? {} : { renewable }),
    ...(expires === undefined ? {} : { expiresAt: parseExpiry(expires, now()) }),
  }
}

/** Docker Hub asks for a label and an expiry at creation, and so do we: neither should come about by forgetting. */
function labelled({ label, expires }: NewTokenOptions): { readonly label: string } {
  if (label === undefined) throw new CliError('usage', 'the token has no label', 'say `--label TEXT`')
  if (expires === undefined) {
    throw new CliError(
      'usage',
      'when does the token expire?',
      'say `--expires 30d`, 60d, 90d, 365d, a date, or `never`',
    )
  }
  return { label }
}

function newPat(options: NewTokenOptions, io: Io) {
  const { label } = labelled(options)
  const repositories = parseRules(options.repository, PAT_WORDS)
  if (repositories.length === 0) {
    throw new CliError('usage', 'the token is given no repository', 'say for example `--repository "*" read`')
  }
  return { kind: 'pat' as const, label, repositories, ...common(options, io) }
}

function newOat(options: NewTokenOptions, io: Io) {
  const { label } = labelled(options)
  return {
    kind: 'oat' as const,
    label,
    organization: organizationOf(options, io),
    repositories: parseRules(options.repository, OAT_WORDS),
    upstreams: parseRules(options.upstream, OAT_UPSTREAM_WORDS, '--upstream'),
    publicRepositories: options.publicRepositories === true,
    organizationScopes: (options.organizationScope ?? []).map((word) =>
      parsePermission(word, OAT_ORGANIZATION_WORDS),
    ),
    ...pullLimitOf('pullLimit', options.pullLimit),
    ...common(options, io),
  }
}

function newRegistryToken(options: NewTokenOptions, io: Io) {
  if (options.name === undefined) throw new CliError('usage', 'the token has no name', 'say `--name NAME`')
  return {
    kind: 'registry-token' as const,
    name: options.name,
    organization: organizationOf(options, io),
    rights: registryRights(options),
    upstreams: parseRules(options.upstream, REGISTRY_UPSTREAM_WORDS, '--upstream'),
    status: options.status === 'enabled' ? ('active' as const) : ('inactive' as const),
    ...passwordsOf(options, io),
    ...common(options, io),
  }
}

function passwordsOf(options: NewTokenOptions, { now }: Io) {
  const passwordsExpireAt = passwordExpiryOf(options, now())
  if (options.passwords) return passwordsExpireAt === undefined ? {} : { passwordsExpireAt }
  if (passwordsExpireAt === undefined) return { passwords: [] }
  throw new CliError(
    'usage',
    'there is no password to end: `--no-passwords` makes none',
    'leave one of the two out; `wharden token credential generate` takes an expiry, too',
  )
}

function registryRights({ scopeMap, repository }: NewTokenOptions) {
  if ((scopeMap === undefined) === (repository === undefined)) {
    throw new CliError(
      'usage',
      scopeMap === undefined
        ? 'what may the token do?'
        : '`--scope-map` and `--repository` exclude each other: a token has one scope map, and `--repository` makes one for it',
      'say either `--repository REPOSITORY PERMISSION…` or `--scope-map NAME`',
    )
  }
  return scopeMap === undefined
    ? { type: 'repositories' as const, repositories: parseRules(repository, REGISTRY_WORDS) }
    : { type: 'scope-map' as const, scopeMap }
}
