import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'

/** `--repository REPOSITORY PERMISSION…`, as typed. */
export type RepositoryRule<Permission extends string> = {
  readonly repository: string
  readonly permissions: Permission[]
}

/** How one kind of credential names its permissions; short forms at the left, what the API takes at the right. */
export type PermissionWords<Permission extends string> = Readonly<Record<string, Permission>>

export const OAT_WORDS = {
  pull: 'scope-image-pull',
  push: 'scope-image-push',
  delete: 'scope-image-delete',
  'repository-read': 'scope-repository-read',
  'repository-edit': 'scope-repository-edit',
  'repository-admin': 'scope-repository-admin',
  'tag-read': 'scope-tag-read',
  'tag-admin': 'scope-tag-admin',
} as const

export const OAT_ORGANIZATION_WORDS = {
  'member-read': 'scope-member-read',
  'member-edit': 'scope-member-edit',
  'invite-read': 'scope-invite-read',
  'invite-edit': 'scope-invite-edit',
  'group-read': 'scope-group-read',
  'group-edit': 'scope-group-edit',
  'repository-list': 'scope-repository-list',
  'repository-create': 'scope-repository-create',
  'activity-read': 'scope-activity-read',
  'audit-read': 'scope-audit_events-read',
  'policy-read': 'scope-governance-policy-read',
  'policy-edit': 'scope-governance-policy-write',
} as const

export const PAT_WORDS = {
  admin: 'repo:admin',
  write: 'repo:write',
  read: 'repo:read',
  'public-read': 'repo:public_read',
} as const

export const REGISTRY_WORDS = {
  'content/read': 'content/read',
  'content/write': 'content/write',
  'content/delete': 'content/delete',
  'metadata/read': 'metadata/read',
  'metadata/write': 'metadata/write',
} as const

export const OAT_UPSTREAM_WORDS = { pull: 'scope-image-pull' } as const
export const REGISTRY_UPSTREAM_WORDS = {
  'content/read': 'content/read',
  'metadata/read': 'metadata/read',
} as const

/** One permission word, short or whole. @throws CliError that lists the words there are */
export function parsePermission<Permission extends string>(
  word: string,
  words: PermissionWords<Permission>,
): Permission {
  const lower = word.toLowerCase() // az takes them in any case
  const known = Object.entries(words).find(([short, whole]) => lower === short || lower === whole)
  if (known !== undefined) return known[1]
  throw new CliError(
    'usage',
    `\`${word}\` is not a permission here`,
    `say one or more of ${list(Object.keys(words))}`,
  )
}

/**
 * Reads the values of `--repository`, or of another `flag`, each a repository and its permissions with spaces between. A
 * repository named twice has the union, as rules always have.
 */
export function parseRules<Permission extends string>(
  values: readonly string[] | undefined,
  words: PermissionWords<Permission>,
  flag = '--repository',
): RepositoryRule<Permission>[] {
  const rules = new Map<string, Set<Permission>>()
  for (const value of values ?? []) {
    const [repository = '', ...permissions] = value.trim().split(/\s+/)
    if (permissions.length === 0) {
      throw new CliError(
        'usage',
        `\`${flag} ${repository}\` names no permission`,
        `say which: \`${flag} ${repository} ${Object.keys(words)[0] ?? ''}\``,
      )
    }
    if (repository !== repository.toLowerCase()) {
      throw new CliError(
        'usage',
        `\`${repository}\` can't be a repository: their names are in lower case`,
        `say \`${flag} ${repository.toLowerCase()} ${permissions.join(' ')}\``,
      )
    }
    const sum = rules.get(repository) ?? new Set()
    rules.set(repository, sum)
    for (const word of permissions) sum.add(parsePermission(word, words))
  }
  return [...rules].map(([repository, permissions]) => ({ repository, permissions: [...permissions] }))
}

/**
 * Joins what follows each of `flags`, up to the next option, into one argument: commander's variadic options lose where
 * one `--repository` ends and the next begins, and `--repository pull push` may well name a repository `pull`.
 */
export function groupValues(argv: readonly string[], flags: ReadonlySet<string>): string[] {
  const grouped: string[] = []
  let open = false
  for (const [index, argument] of argv.entries()) {
    if (argument === '--') return [...grouped, ...argv.slice(index)]
    const isOption = argument.startsWith('-') && argument.length > 1
    const previous = grouped.at(-1)
    if (open && !isOption && previous !== undefined) {
      grouped[grouped.length - 1] = flags.has(previous)
        ? `${previous}=${argument}`
        : `${previous} ${argument}`
    } else grouped.push(argument)
    if (isOption) open = flags.has(argument.split('=', 1)[0] ?? '')
  }
  return grouped
}

/** Declares a repeatable option whose values are whole groups, `--repository samples/nginx pull push`. It may have two names. */
export function groupedOption(
  command: Command,
  flags: `--${string}`,
  values: string,
  description: string,
): Command {
  const parse = command.parseOptions.bind(command)
  command.parseOptions = (argv) => parse(groupValues(argv, new Set(flags.split(', '))))
  return command.option(
    `${flags} <${values}>`,
    description,
    (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
  )
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ')
}
