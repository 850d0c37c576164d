import { Command } from 'commander'
import type { DecisionExplanation } from '@wharden/api'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import { plainText } from '../output/plain-text.ts'
import { action } from '../session.ts'

export function explainCommand(io: Io): Command {
  return new Command('explain')
    .description('Say why something was refused, by the decision id in the message')
    .argument('<decision>', 'the id at the end of the message')
    .addHelpText('after', examples('wharden explain d-4k2m9x7q', 'wharden explain d-4k2m9x7q -o json'))
    .action(
      action(io, async (session, _options, decision = '') => {
        const { api } = await session.connect()
        const explanation = await api.decision.explain({ decision })
        const { output, query } = session.globals
        if (output === 'table' && query === undefined) io.stdout.write(prose(explanation))
        else await session.print<unknown>(explanation, [])
      }),
    )
}

function prose(explanation: DecisionExplanation): string {
  const {
    message,
    principal,
    action: act,
    resource,
    point,
    reasons,
    reported,
    advice,
    count,
    firstAt,
    lastAt,
  } = explanation
  const list = (title: string, items: DecisionExplanation['reasons']) =>
    items.length === 0
      ? []
      : [title, ...items.map(({ text, rule }) => `  - ${text}${rule === null ? '' : ` (rule ${rule})`}`)]
  const lines = [
    message,
    '',
    `who    ${principal}`,
    `what   ${act} on ${resource}`,
    `where  ${point}`,
    `when   ${count === 1 ? firstAt : `${count} times, ${firstAt} to ${lastAt}`}`,
    ...list('why', reasons),
    ...list('in report mode, would have refused too', reported),
    `next   ${advice}`,
  ]
  return lines.map((line) => `${plainText(line)}\n`).join('')
}
