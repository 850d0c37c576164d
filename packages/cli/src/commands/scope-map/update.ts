import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { examples } from '../../help.ts'
import { refuseOwnName } from '../../input/own-name.ts'
import { groupedOption, parseRules, REGISTRY_WORDS } from '../../input/repository-rule.ts'
import type { Io } from '../../io.ts'
import { action, organizationOf, type Session } from '../../session.ts'
import { wantedScopeMap, withScopeMap, type Named } from './operand.ts'
import { printScopeMap } from './print.ts'

type Options = Named & {
  readonly description?: string
  readonly addRepository?: readonly string[]
  readonly removeRepository?: readonly string[]
}

const ABOUT = `
What is not named stays. The server adds and removes in one step, from what the map is at that moment: two who change it at
once undo nothing of each other's (az reads the map, and writes it back whole). All its tokens are changed with it, at
their next request.`

export function updateCommand(io: Io): Command {
  const command = withScopeMap(
    new Command('update').description('Change a scope map, for all of its tokens at once'),
  ).option('--description <text>', 'a new description; without it the one it has stays')
  const values = 'REPOSITORY PERMISSION…'
  groupedOption(command, '--add, --add-repository', values, 'permit this too; several times')
  return groupedOption(
    command,
    '--remove, --remove-repository',
    values,
    'permit this no more; it must be there; several times',
  )
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        'wharden scope-map update --name MyScopeMap --registry myregistry --remove samples/hello-world content/write',
        'wharden scope-map update MyScopeMap --org myregistry --add samples/nginx content/write --add samples/hello-world metadata/read',
        'wharden scope-map update MyScopeMap --org myregistry --description "Sample scope map"',
      ),
    )
    .action(action<Options>(io, update))
}

async function update(session: Session, options: Options, operand?: string): Promise<void> {
  const { description, addRepository, removeRepository } = options
  const organization = organizationOf(options, session.io)
  const scopeMap = wantedScopeMap(options, operand)
  const change = {
    ...(description === undefined ? {} : { description }),
    ...(addRepository === undefined ? {} : { add: parseRules(addRepository, REGISTRY_WORDS, '--add') }),
    ...(removeRepository === undefined
      ? {}
      : { remove: parseRules(removeRepository, REGISTRY_WORDS, '--remove') }),
  }
  if (Object.keys(change).length === 0)
    throw new CliError('usage', 'nothing to change', 'say `--add`, `--remove` or `--description`')
  const { api } = await session.connect()
  await refuseOwnName(api, organization, change.add ?? [])
  const updated = await api.scopeMap.update({ organization, scopeMap, ...change })
  await printScopeMap(session, api, options, updated)
}
