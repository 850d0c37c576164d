import { Command, Option } from 'commander'
import { tokenJson } from '../../azure/token-json.ts'
import { findToken } from '../../find-token.ts'
import { examples } from '../../help.ts'
import { parsePullLimit } from '../../input/pull-limit.ts'
import { groupedOption } from '../../input/repository-rule.ts'
import { confirm } from '../../input/secret.ts'
import { statusOption } from '../../input/status-option.ts'
import { refuseOwnName } from '../../input/own-name.ts'
import { tokenChange, type TokenChangeOptions } from '../../input/token-change.ts'
import type { Io } from '../../io.ts'
import { action } from '../../session.ts'
import { tokenBarCommand, tokenUnbarCommand } from './bar.ts'
import { tokenCreateCommand } from './create.ts'
import { tokenCredentialCommand } from './credential.ts'
import { tokenListCommand } from './list.ts'
import { wantedToken, withToken, type Named } from './operand.ts'
import { tokenRenewCommand, tokenRotateCommand } from './secret.ts'
import { tokenName, tokenView } from './view.ts'

export function tokenCommand(io: Io): Command {
  return new Command('token')
    .description('Tokens of every kind: create, list, show, update, rotate, renew, delete, credential, bar')
    .addCommand(tokenCreateCommand(io))
    .addCommand(tokenListCommand(io))
    .addCommand(showCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(tokenRotateCommand(io))
    .addCommand(tokenRenewCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(tokenCredentialCommand(io))
    .addCommand(tokenBarCommand(io))
    .addCommand(tokenUnbarCommand(io))
}

function showCommand(io: Io): Command {
  return withToken(new Command('show').description('Show one token; never its secrets'))
    .addHelpText(
      'after',
      examples('wharden token show MyToken --org myregistry', 'wharden token show laptop', [
        'wharden token show -n MyToken -r myregistry -o json',
        'as az prints it, and what az lacks',
      ]),
    )
    .action(
      action<Named>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        const token = await findToken(api, wanted, options, io)
        await session.print(token, tokenView(options, token.kind), () => tokenJson(api, token))
      }),
    )
}

function updateCommand(io: Io): Command {
  const command = withToken(new Command('update').description('Change a token; it bites at the next request'))
    .option('--label <text>', 'oat or pat: a new label')
    .option('--description <text>')
    .addOption(statusOption('what is not said stays: a disabled token too (az would enable it)'))
    .option('--scope-map <name>', 'registry token: another scope map; without it the one it has stays')
    .option('--address <network...>', 'only from these addresses or networks; `any` for all')
    .addOption(
      new Option('--public-repositories <bool>', 'oat: may read every public repository').choices([
        'true',
        'false',
      ]),
    )
    .option('--organization-scope <scope...>', 'oat: instead of all its scopes there; `none` for no scope')
    .option('--pull-limit <number>', 'oat: pulls in six hours, or `none`', parsePullLimit)
  groupedOption(
    command,
    '--repository',
    'REPOSITORY PERMISSION…',
    'oat or pat: instead of all its repositories',
  )
  return command
    .addHelpText(
      'after',
      examples(
        'wharden token update MyToken --org myregistry --status disabled',
        'wharden token update --name MyToken --registry myregistry --scope-map MyNewScopeMap',
        'wharden token update ci --org myregistry --repository samples/nginx pull',
        'wharden token update ci --org myregistry --organization-scope member-read invite-edit',
        'wharden token update ci --org myregistry --pull-limit none',
      ),
    )
    .action(
      action<Named & TokenChangeOptions>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        const token = await findToken(api, wanted, options, io)
        const change = tokenChange(options, token.kind)
        if (token.kind === 'oat') await refuseOwnName(api, token.organization, change.repositories ?? [])
        const updated = await api.token.update({ token: token.id, ...change })
        await session.print(updated, tokenView(options, token.kind), () => tokenJson(api, updated))
      }),
    )
}

function deleteCommand(io: Io): Command {
  return withToken(new Command('delete').description('Delete a token; the next request with it is refused'))
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'wharden token delete MyToken --org myregistry --yes',
        'wharden token delete -n MyToken -r myregistry --yes',
      ),
    )
    .action(
      action<Named & { readonly yes?: boolean }>(io, async (session, options, operand) => {
        const wanted = wantedToken(options, operand)
        const { api } = await session.connect()
        const token = await findToken(api, wanted, options, io)
        await confirm(
          io,
          options.yes,
          `delete \`${tokenName(token)}\`? whoever uses it is refused from then on`,
        )
        await api.token.delete({ token: token.id })
        session.say(`\`${tokenName(token)}\` is deleted`)
      }),
    )
}
