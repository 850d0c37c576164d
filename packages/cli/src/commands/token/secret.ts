import { Command } from 'commander'
import type { ReplacedSecret } from '@wharden/api'
import { CliError } from '../../cli-error.ts'
import { findToken } from '../../find-token.ts'
import { examples } from '../../help.ts'
import { overlapOf, withOverlap, type Overlap } from '../../input/overlap.ts'
import { readSecret } from '../../input/secret.ts'
import type { Io } from '../../io.ts'
import { action, type Session } from '../../session.ts'
import type { View } from '../../output/view.ts'
import { wantedToken, withToken, type Named } from './operand.ts'

export function tokenRenewCommand(io: Io): Command {
  const command = new Command('renew')
    .description('Get a new secret for the token in WHARDEN_TOKEN or on standard input; it must be renewable')
    .option('--token-stdin', 'read the token from standard input, instead of WHARDEN_TOKEN')
  return withOverlap(command, '1h')
    .addHelpText(
      'after',
      examples(
        'wharden token renew --token-stdin --query "secrets[0].value" -o tsv < token.txt > token.new',
        ['WHARDEN_TOKEN=whd_oat_… wharden token renew --overlap 30m -o json', 'in a CI job'],
      ),
    )
    .action(
      action<Overlap & { readonly tokenStdin?: boolean }>(io, async (session, { overlap, tokenStdin }) => {
        const { clientWith } = await session.connect()
        const token = await tokenToRenew(io, tokenStdin)
        await show(session, await clientWith(token).tokenSecret.renew(overlapOf(overlap)))
      }),
    )
}

export function tokenRotateCommand(io: Io): Command {
  const command = withToken(
    new Command('rotate').description('Give an oat or pat a new secret; the old one goes on for a while'),
  )
  return withOverlap(command, '24h')
    .addHelpText(
      'after',
      examples('wharden token rotate ci --org myregistry --overlap 2h', [
        'wharden token rotate laptop --overlap 0s',
        'the old secret, and every login made with it, ends at once',
      ]),
    )
    .action(
      action<Named & Overlap>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        const { id: token } = await findToken(api, wanted, options, io)
        await show(session, await api.tokenSecret.rotate({ token, ...overlapOf(options.overlap) }))
      }),
    )
}

/** Never one that was kept by `wharden login`: the new secret would be kept nowhere. */
async function tokenToRenew(io: Io, fromStdin: boolean | undefined): Promise<string> {
  if (fromStdin === true) return readSecret(io, true, { message: 'token', flag: '--token-stdin' })
  const token = io.environment['WHARDEN_TOKEN']
  if (token !== undefined && token !== '') return token
  throw new CliError(
    'usage',
    'which token?',
    'set WHARDEN_TOKEN, or give it on standard input: `--token-stdin`',
  )
}

const VIEW: View<ReplacedSecret> = [
  ['USERNAME', ({ login }) => login.username],
  ['SECRET', ({ secrets }) => secrets.map(({ value }) => value)],
  ['EXPIRES', ({ secrets }) => secrets[0]?.expiresAt ?? 'never'],
  ['OLD ONE UNTIL', ({ previousUntil }) => previousUntil],
]

async function show(session: Session, replaced: ReplacedSecret): Promise<void> {
  await session.print(replaced, VIEW)
  session.say('this is shown once; keep it now')
}
