import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import type { Content } from '../../connection/signed-in-content.ts'
import { examples } from '../../help.ts'
import { formatImageName, type ImageName } from '../../input/image-name.ts'
import { withRegistryCredentials, type RegistryCredentialOptions } from '../../input/registry-credentials.ts'
import { placeOf, wantedImage, withImage, type ImageOptions } from '../../input/registry-option.ts'
import { confirm } from '../../input/secret.ts'
import type { Io } from '../../io.ts'
import { action, organizationOf } from '../../session.ts'
import { openContent } from './open-content.ts'

type Options = ImageOptions & RegistryCredentialOptions & { readonly yes?: boolean }

export function deleteCommand(io: Io): Command {
  const command = withImage(
    new Command('delete').description('Delete a repository with everything in it, or one image of it'),
  )
  return withRegistryCredentials(command)
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
An image goes with all its tags, whichever of them it is named by; \`wharden repo untag\` takes a tag alone.`,
    )
    .addHelpText(
      'after',
      examples(
        'wharden repo delete samples/nginx --org myregistry --yes',
        'wharden repo delete samples/nginx:v1 --org myregistry --yes',
        'wharden repository delete --name myregistry --image samples/hello-world:v1 --yes',
        [
          'echo "$TOKEN_PWD" | wharden repository delete -n myregistry --repository samples/nginx --yes -u MyToken --password-stdin',
          'with a token that has content/delete there; for an image metadata/read as well',
        ],
      ),
    )
    .action(
      action<Options>(io, async (session, options, operand) => {
        const image = wantedImage(options, operand)
        const organization = organizationOf(placeOf(options), io)
        const content = await openContent(session, options)
        const { what, named } = await whatGoes(content, image)
        await confirm(io, options.yes, `delete ${quoted(organization, named)}?`)
        await content.delete(what)
        session.say(`${quoted(organization, named)} ${named.length === 1 ? 'is' : 'are'} deleted`)
      }),
    )
}

/** A manifest by its digest, as it is now, and the tags that go with it. */
async function whatGoes(content: Content, image: ImageName) {
  const { repository, tag } = image
  const digest = image.digest ?? (tag === undefined ? undefined : await content.digestOf(repository, tag))
  if (digest === undefined) return { what: image, named: [repository] }
  const tags = await content.tagsOf(repository, digest)
  const names = tags.map((name) => formatImageName({ repository, tag: name }))
  const what = { repository, digest }
  return { what, named: names.length === 0 ? [formatImageName(what)] : names }
}

function quoted(organization: string, names: readonly string[]): string {
  return names.map((name) => `\`${organization}/${name}\``).join(', ')
}

export function untagCommand(io: Io): Command {
  const command = withImage(new Command('untag').description('Take a tag away; its image stays'))
  return withRegistryCredentials(command)
    .addHelpText(
      'after',
      examples(
        'wharden repo untag samples/nginx:v1 --org myregistry',
        'wharden repository untag --name myregistry --image samples/hello-world:v1',
      ),
    )
    .action(
      action<Options>(io, async (session, options, operand) => {
        const { repository, tag } = wantedImage(options, operand)
        if (tag === undefined)
          throw new CliError('usage', 'which tag?', `say it with its repository: \`${repository}:TAG\``)
        const content = await openContent(session, options)
        await content.delete({ repository, tag })
        session.say(`\`${organizationOf(placeOf(options), io)}/${repository}:${tag}\` is no tag any more`)
      }),
    )
}
