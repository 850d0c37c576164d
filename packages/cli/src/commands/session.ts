import { Command } from 'commander'
import type { Session as SignedIn } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action } from '../session.ts'

const VIEW: View<SignedIn> = [
  ['FROM', ({ address }) => address],
  ['PROGRAM', ({ userAgent }) => userAgent],
  ['SINCE', ({ createdAt }) => createdAt],
  ['LAST USED', ({ lastUsed }) => lastUsed?.at ?? 'never'],
  ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
  ['ID', ({ id, current }) => (current ? `${id} (this one)` : id)],
]

export function sessionCommand(io: Io): Command {
  return new Command('session')
    .description('Where you are signed in: list, end')
    .addCommand(listCommand(io))
    .addCommand(endCommand(io))
}

function listCommand(io: Io): Command {
  return new Command('list')
    .description('List where you are signed in')
    .addHelpText(
      'after',
      examples('wharden session list', "wharden session list --query '[?!current].id' -o tsv"),
    )
    .action(
      action(io, async (session) => {
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.session.list(query)), VIEW)
      }),
    )
}

function endCommand(io: Io): Command {
  return new Command('end')
    .description('End one of your sessions; the next request with it is refused')
    .argument('<session>', 'its id')
    .addHelpText(
      'after',
      examples('wharden session end 0dz3m7k2v9h4', ['wharden logout --everywhere', 'all of them']),
    )
    .action(
      action(io, async (session, _options, id = '') => {
        const { api } = await session.connect()
        await api.session.end({ session: id })
        session.say(`the session \`${id}\` has ended`)
      }),
    )
}
