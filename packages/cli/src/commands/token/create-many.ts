import { Option } from 'commander'
import type { ApiClient, IssuedToken } from '@wharden/api'
import { registryIdOf } from '../../azure/resource.ts'
import { issuedJson } from '../../azure/token-json.ts'
import { CliError } from '../../cli-error.ts'
import { columnOf } from '../../input/column-of.ts'
import { newToken, type NewTokenOptions } from '../../input/new-token.ts'
import { readText } from '../../input/read-text.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import type { Session } from '../../session.ts'

export type ManyOptions = { readonly namesFrom?: string }

/** What the API takes in one request. */
const AT_ONCE = 1_000

export function namesFromOption(): Option {
  return new Option(
    '--names-from <file>',
    'many registry tokens on one scope map: a name on each line, or in the column `name` (`-` for standard input)',
  ).conflicts(['name', 'repository', 'upstream', 'label'])
}

export const ABOUT_MANY = `

With --names-from there is a token for each line, on one --scope-map. A name that is taken or wrong keeps all from being made,
a thousand at a time. Each gets \`password1\`; \`password2\` is for changing over: \`wharden token credential generate\`.`

/** A token for each name of a file, all alike; what was made is shown whatever becomes of the rest. */
export async function createMany(session: Session, options: NewTokenOptions, file: string): Promise<void> {
  const [first = '', ...others] = await readNames(session.io, file)
  const { scopeMap, ...common } = newTokens(options, first, session.io)
  const { api } = await session.connect()
  const registry = await registryIdOf(api, common.organization)
  const made: IssuedToken[] = []
  try {
    await createAll(api, { ...common, scopeMap }, [first, ...others], made)
  } finally {
    if (made.length > 0) {
      await session.print(made, TOKENS, async () => made.map((issued) => issuedJson(issued, registry)))
      session.say(`${made.length} made; their passwords are shown once: keep them now`)
    }
  }
}

type Input = Parameters<ApiClient['scopeMapToken']['create']>[0]

async function createAll(
  api: ApiClient,
  common: Omit<Input, 'names'>,
  names: readonly string[],
  made: IssuedToken[],
): Promise<void> {
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const input = { ...common, names: names.slice(from, from + AT_ONCE) }
    made.push(...(await api.scopeMapToken.create(input)).tokens)
  }
}

/** No name has as few letters as this header. */
async function readNames(io: Io, file: string): Promise<readonly string[]> {
  const names = columnOf(await readText(io, file), ['name'])
  if (names.length > 0) return names
  throw new CliError('usage', `\`${file}\` has no names`, 'write a name on each line: device-0001')
}

/** What a token of the first name would be, all are. */
function newTokens(options: NewTokenOptions, first: string, io: Io) {
  const { scopeMap } = options
  if (scopeMap === undefined)
    throw new CliError('usage', 'what may the tokens do?', 'say `--scope-map NAME`, which they share')
  const input = newToken({ ...options, name: first }, io)
  if (input.kind !== 'registry-token') {
    throw new CliError('usage', '`--names-from` makes registry tokens', 'leave `--kind` out')
  }
  const { kind: _kind, name: _name, rights: _rights, upstreams: _upstreams, ...common } = input
  return { scopeMap, ...common }
}

const TOKENS: View<IssuedToken> = [
  ['NAME', ({ login }) => login.username],
  ['PASSWORD', ({ secrets }) => secrets.map(({ value }) => value)],
  ['EXPIRES', ({ secrets }) => secrets[0]?.expiresAt ?? 'never'],
]
