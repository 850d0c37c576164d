import { setTimeout as pause } from 'node:timers/promises'
import { Command, Option } from 'commander'
import type { GcState } from '@wharden/api'
import { examples } from '../help.ts'
import { parseSpan } from '../input/span.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action, type Session } from '../session.ts'

type Options = { readonly after?: number; readonly wait?: boolean }

const VIEW: View<GcState> = [
  ['LAST RUN', ({ last }) => last && (last.endedAt ?? `running since ${last.startedAt}`)],
  ['DELETED', ({ last }) => last && amount(last)],
  ['DUE', ({ due }) => amount(due)],
  ['UNNEEDED', ({ unneeded }) => amount(unneeded)],
  ['ASKED BY', ({ asked }) => asked?.by],
]

const POLL_MILLISECONDS = 1_000

export function gcCommand(io: Io): Command {
  return new Command('gc')
    .description('Garbage collection of blobs that no manifest needs: status, run')
    .addCommand(statusCommand(io))
    .addCommand(runCommand(io))
}

function afterOption(): Option {
  return new Option(
    '--after <span>',
    'how long nothing must have needed a blob, as `12h` or `90s`; else what the server is set to',
  ).argParser(parseSpan)
}

function statusCommand(io: Io): Command {
  return new Command('status')
    .description('Show the last run, and what would be deleted: changes nothing')
    .addOption(afterOption())
    .addHelpText('after', examples('wharden gc status', 'wharden gc status --after 1h -o json'))
    .action(
      action<Options>(io, async (session, { after }) => {
        const { api } = await session.connect()
        await session.print(await api.gc.show({ afterSeconds: after }), VIEW)
      }),
    )
}

function runCommand(io: Io): Command {
  return new Command('run')
    .description('Collect garbage now, beside whatever goes on')
    .addOption(afterOption())
    .option('--wait', 'until it has ended')
    .addHelpText('after', examples('wharden gc run --wait', 'wharden gc run --after 10m --wait'))
    .action(action<Options>(io, run))
}

async function run(session: Session, { after, wait }: Options): Promise<void> {
  const { api } = await session.connect()
  let state = await api.gc.run({ afterSeconds: after })
  while (wait === true && state.asked !== null) {
    await pause(POLL_MILLISECONDS)
    state = await api.gc.show({ afterSeconds: after })
  }
  await session.print(state, VIEW)
  if (state.asked !== null)
    session.say('a server begins within seconds; `wharden gc status` shows when it has ended')
}

function amount({
  blobs,
  bytes,
  complete,
}: {
  readonly blobs: number
  readonly bytes: number
  readonly complete: boolean
}) {
  const more = complete ? '' : ' and more'
  return `${blobs} blobs, ${(bytes / 2 ** 20).toFixed(1)} MiB${more}`
}
