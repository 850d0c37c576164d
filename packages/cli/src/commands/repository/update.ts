import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { examples } from '../../help.ts'
import { attributesOf, withAttributes, type AttributeOptions } from '../../input/attributes.ts'
import type { ImageName } from '../../input/image-name.ts'
import {
  registryCredentialsOf,
  withRegistryCredentials,
  type RegistryCredentialOptions,
} from '../../input/registry-credentials.ts'
import { placeOf, wantedImage, withImage, type ImageOptions } from '../../input/registry-option.ts'
import { settingsOf, settingsOptions, type RepositorySettings } from '../../input/repository-settings.ts'
import type { Io } from '../../io.ts'
import { action, organizationOf, type Session } from '../../session.ts'
import { DESCRIPTION_VIEW, LOCK_VIEW, REPOSITORY_VIEW } from './view.ts'

type Options = RepositorySettings & AttributeOptions & ImageOptions & RegistryCredentialOptions

export function updateCommand(io: Io): Command {
  const command = new Command('update').description(
    "Change a repository's description or visibility; lock it or one of its images, or unlock them",
  )
  return withRegistryCredentials(withAttributes(settingsOptions(withImage(command))))
    .addHelpText(
      'after',
      examples(
        'wharden repo update samples/nginx --org myregistry --visibility private',
        [
          'wharden repo update samples/nginx:v1 --org myregistry --write-enabled false',
          'tag v1 can be neither moved nor deleted; its manifest has locks of its own',
        ],
        [
          'wharden repo update samples/nginx --org myregistry --delete-enabled false',
          'the repository can not be deleted, its images can',
        ],
        'wharden repo update samples/nginx:v1 --org myregistry --write-enabled true --delete-enabled true',
        [
          'echo "$TOKEN_PWD" | wharden repository update -n myregistry --image samples/nginx:v1 --write-enabled false -u MyToken --password-stdin',
          'with a token that has metadata/write there',
        ],
      ),
    )
    .action(
      action<Options>(io, (session, options, operand) =>
        update(session, options, organizationOf(placeOf(options), io), wantedImage(options, operand)),
      ),
    )
}

async function update(
  session: Session,
  options: Options,
  organization: string,
  name: ImageName,
): Promise<void> {
  const settings = settingsOf(options)
  const attributes = attributesOf(options)
  const [changesSettings, changesLocks] = [settings, attributes].map((one) => Object.keys(one).length > 0)
  if (!changesSettings && !changesLocks) {
    throw new CliError('usage', 'nothing to change', '`wharden repo update --help` shows what can be')
  }
  if (changesSettings && (name.tag ?? name.digest) !== undefined) {
    throw new CliError(
      'usage',
      'only a repository has a description and a visibility',
      `say \`${name.repository}\` alone`,
    )
  }
  const credentials = await registryCredentialsOf(session, options)
  if (credentials !== undefined && changesSettings) {
    throw new CliError(
      'usage',
      'a token changes attributes alone: description and visibility are the organization’s',
      'leave `--username` out, and be signed in',
    )
  }
  const { api, server } = await session.connect()
  if (credentials !== undefined) {
    const { openRegistryContent } = await import('../../connection/registry-content.ts')
    const content = openRegistryContent(server, organization, credentials)
    return session.print(await content.update(name, attributes), DESCRIPTION_VIEW)
  }
  const { repository } = name
  const updated = changesSettings
    ? await api.repository.update({ organization, repository, ...settings })
    : undefined
  if (!changesLocks && updated !== undefined) return session.print(updated, REPOSITORY_VIEW)
  const lock = await api.lock.update({ organization, ...name, ...attributes })
  if (updated === undefined) return session.print(lock, LOCK_VIEW)
  return session.print({ ...updated, changeableAttributes: lock.changeableAttributes }, REPOSITORY_VIEW)
}
