import { Command, Option } from 'commander'
import { activityCommand } from './commands/activity.ts'
import { auditCommand } from './commands/audit.ts'
import { azureCommand } from './commands/azure/azure.ts'
import { companyCommand } from './commands/company.ts'
import { completionCommand } from './commands/completion.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { gcCommand } from './commands/gc.ts'
import { groupCommand } from './commands/group.ts'
import { guardCommand } from './commands/guard.ts'
import { inviteCommand } from './commands/invite.ts'
import { loginCommand, logoutCommand, whoamiCommand } from './commands/login.ts'
import { memberCommand } from './commands/member.ts'
import { organizationCommand } from './commands/organization.ts'
import { policyCommand } from './commands/policy.ts'
import { registryCommand } from './commands/registry/registry.ts'
import { repositoryCommand } from './commands/repository/repository.ts'
import { scopeMapCommand } from './commands/scope-map/scope-map.ts'
import { servicePrincipalCommand } from './commands/service-principal/service-principal.ts'
import { sessionCommand } from './commands/session.ts'
import { setupCommand } from './commands/setup.ts'
import { tokenCommand } from './commands/token/token.ts'
import { trustCommand } from './commands/trust.ts'
import { userCommand } from './commands/user.ts'
import { CliError } from './cli-error.ts'
import type { GlobalOptions } from './global-options.ts'
import { epilogue } from './help.ts'
import { processIo, type Io } from './io.ts'

const OUTPUT_FORMATS = ['table', 'json', 'jsonc', 'tsv', 'yaml'] as const

/** The command line, ready to be extended with `addCommand` and given to `runCli`. */
export function createCli(io: Io = processIo()): Command {
  return new Command('wharden')
    .description('Who may pull or push which image from where, and why')
    .usage('<command> [options]')
    .option('--server <url>', 'the server (or WHARDEN_SERVER, or the last login)')
    .option('--ca <file>', 'a PEM file with the authority to trust (or WHARDEN_CA)')
    .addOption(
      new Option('-o, --output <format>', 'how results are written')
        .choices(OUTPUT_FORMATS)
        .default(io.environment['WHARDEN_OUTPUT'] || 'table'),
    )
    .option('--query <jmespath>', 'show only what this selects, see https://jmespath.org')
    .addCommand(setupCommand(io))
    .addCommand(loginCommand(io))
    .addCommand(logoutCommand(io))
    .addCommand(whoamiCommand(io))
    .addCommand(sessionCommand(io))
    .addCommand(organizationCommand(io))
    .addCommand(companyCommand(io))
    .addCommand(userCommand(io))
    .addCommand(memberCommand(io))
    .addCommand(inviteCommand(io))
    .addCommand(groupCommand(io))
    .addCommand(repositoryCommand(io))
    .addCommand(registryCommand(io))
    .addCommand(tokenCommand(io))
    .addCommand(scopeMapCommand(io))
    .addCommand(servicePrincipalCommand(io))
    .addCommand(azureCommand(io))
    .addCommand(policyCommand(io))
    .addCommand(explainCommand(io))
    .addCommand(guardCommand(io))
    .addCommand(activityCommand(io))
    .addCommand(auditCommand(io))
    .addCommand(gcCommand(io))
    .addCommand(doctorCommand(io))
    .addCommand(trustCommand(io))
    .addCommand(completionCommand(io))
    .addHelpText('after', epilogue())
    .hook('preAction', (root) => checkOutput(root.opts<GlobalOptions>()))
}

/** An option's default is not held to its choices, and here it is the environment's. @throws CliError */
function checkOutput({ output }: GlobalOptions): void {
  if (OUTPUT_FORMATS.includes(output)) return
  throw new CliError(
    'usage',
    `\`WHARDEN_OUTPUT\` is \`${output}\``,
    `set it to one of ${OUTPUT_FORMATS.join(', ')}`,
  )
}
