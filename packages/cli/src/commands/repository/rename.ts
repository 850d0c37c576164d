import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { examples } from '../../help.ts'
import type { Io } from '../../io.ts'
import { withOrganization } from '../../organization-option.ts'
import { action, organizationOf, type OrganizationOptions } from '../../session.ts'

/** There is none; whoever looks for one hears why, and what to type instead. */
export function renameCommand(io: Io): Command {
  return withOrganization(
    new Command('rename').description('Say why repositories are not renamed, and what to do instead'),
  )
    .argument('<repository>')
    .argument('<name>', 'the name it should have')
    .addHelpText('after', examples('wharden repo rename samples/nginx samples/web --org myregistry'))
    .action(
      action<OrganizationOptions>(io, async (session, options, repository = '', name = '') => {
        const organization = organizationOf(options, io)
        const { api } = await session.connect()
        const { reference } = await api.repository.show({ organization, repository })
        const other = `${reference.slice(0, -repository.length)}${name}`
        for (const line of [
          `for tag in $(wharden repo tags ${repository} --org ${organization} --query '[].name' -o tsv); do`,
          `  skopeo copy --all docker://${reference}:$tag docker://${other}:$tag`,
          'done',
          `wharden repo delete ${repository} --org ${organization}`,
        ])
          session.say(line)
        throw new CliError(
          'failed',
          `\`${organization}/${repository}\` keeps its name: clients pull by it, and what tokens, scope maps and groups were given is bound to it`,
          'copy its images with the lines above, and give the other repository to whom it is for',
        )
      }),
    )
}
