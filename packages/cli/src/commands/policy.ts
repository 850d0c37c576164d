import { Argument, Command, Option } from 'commander'
import type { OrganizationPolicy } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { withOrganization } from '../organization-option.ts'
import { action, organizationOf, type OrganizationOptions, type Session } from '../session.ts'

const DOCUMENTS = ['image-access', 'registry-access', 'sign-in'] as const
type Document = (typeof DOCUMENTS)[number]

type SetOptions = OrganizationOptions & {
  readonly mode?: 'off' | 'report' | 'enforce'
  readonly file?: string
}

const FIELD = {
  'image-access': 'imageAccess',
  'registry-access': 'registryAccess',
  'sign-in': 'signIn',
} as const

export function policyCommand(io: Io): Command {
  return new Command('policy')
    .description('What an organization allows: show, set')
    .addCommand(showCommand(io))
    .addCommand(setCommand(io))
}

type Row = { readonly document: Document; readonly policy: OrganizationPolicy }

const VIEW: View<Row> = [
  ['POLICY', ({ document }) => document],
  ['MODE', ({ document, policy }) => policy[FIELD[document]].mode],
  ['ALLOWS', allows],
]

function allows({ document, policy }: Row): string {
  switch (document) {
    case 'image-access': {
      const { categories, rules } = policy.imageAccess
      return `${['organization', ...categories].join(', ')}; ${rules.length} rules`
    }
    case 'registry-access':
      return policy.registryAccess.rules
        .map(
          ({ effect, host, operations }) =>
            `${effect === 'deny' ? 'not ' : ''}${host} (${operations.join('+')})`,
        )
        .join(', ')
    case 'sign-in':
      return policy.signIn.mode === 'enforce'
        ? 'only those who are signed in'
        : 'everybody, where repositories are public'
  }
}

async function show(session: Session, policy: OrganizationPolicy, word: string | undefined): Promise<void> {
  const document = DOCUMENTS.find((known) => known === word)
  const asTable = session.globals.output === 'table' && session.globals.query === undefined
  if (asTable) {
    const shown = document === undefined ? DOCUMENTS : [document]
    return session.print(
      shown.map((each) => ({ document: each, policy })),
      VIEW,
    )
  }
  return session.print<unknown>(document === undefined ? policy : policy[FIELD[document]], [])
}

function showCommand(io: Io): Command {
  return withOrganization(new Command('show').description('Show the policies of an organization'))
    .addArgument(new Argument('[policy]', 'only this one').choices(DOCUMENTS))
    .addHelpText(
      'after',
      examples('wharden policy show --org myregistry', [
        'wharden policy show image-access --org myregistry -o yaml > image-access.yaml',
        'to edit, and give to `wharden policy set`',
      ]),
    )
    .action(
      action<OrganizationOptions>(io, async (session, options, word) => {
        const { api } = await session.connect()
        await show(session, await api.policy.show({ organization: organizationOf(options, io) }), word)
      }),
    )
}

function setCommand(io: Io): Command {
  return withOrganization(new Command('set').description('Change a policy; it bites at the next request'))
    .addArgument(new Argument('<policy>', 'which one').choices(DOCUMENTS))
    .addOption(
      new Option('--mode <mode>', '`report` refuses nothing and records what it would').choices([
        'off',
        'report',
        'enforce',
      ]),
    )
    .option('--file <path>', 'the whole policy, YAML or JSON, `-` for standard input')
    .addHelpText(
      'after',
      examples(
        'wharden policy set image-access --mode report --org myregistry',
        'wharden policy set registry-access --file registry-access.yaml --mode enforce --org myregistry',
      ),
    )
    .action(action<SetOptions>(io, set))
}

async function set(session: Session, options: SetOptions, word = ''): Promise<void> {
  const organization = organizationOf(options, session.io)
  if (options.mode === undefined && options.file === undefined) {
    throw new CliError('usage', 'nothing to change', 'say `--mode` or `--file`')
  }
  const { api } = await session.connect()
  const now = await api.policy.show({ organization })
  const { readDocument } = await import('../input/document.ts')
  const document = options.file === undefined ? {} : await readDocument(session.io, options.file)
  const mode = options.mode === undefined ? {} : { mode: options.mode }
  const base = <Policy extends object>(current: Policy) => (options.file === undefined ? current : document)
  const rest = { organization, ifVersion: now.version }
  switch (DOCUMENTS.find((known) => known === word)) {
    case 'image-access':
      return show(
        session,
        await api.policy.replaceImageAccess({ ...rest, policy: { ...base(now.imageAccess), ...mode } }),
        word,
      )
    case 'registry-access':
      return show(
        session,
        await api.policy.replaceRegistryAccess({ ...rest, policy: { ...base(now.registryAccess), ...mode } }),
        word,
      )
    default:
      return show(
        session,
        await api.policy.replaceSignIn({ ...rest, policy: { ...base(now.signIn), ...mode } }),
        word,
      )
  }
}
