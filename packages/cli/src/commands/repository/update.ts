import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import { examples } from '../../help.ts'
import { attributesOf, withAttributes, type AttributeOptions } from '../../input/attributes.ts'
import { imageName } from '../../input/image-name.ts'
import { settingsOf, withSettings, type RepositorySettings } from '../../input/repository-settings.ts'
import type { Io } from '../../io.ts'
import { action, organizationOf, type Session } from '../../session.ts'
import { LOCK_VIEW, REPOSITORY_VIEW } from './view.ts'

type Options = RepositorySettings & AttributeOptions

export function updateCommand(io: Io): Command {
  const command = new Command('update').description(
    "Change a repository's description or visibility; lock it or one of its images, or unlock them",
  )
  return withAttributes(withSettings(command))
    .argument('<image>', 'a repository, or with `:TAG` or `@DIGEST` one tag or manifest of it')
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
      ),
    )
    .action(
      action<Options>(io, (session, options, image = '') =>
        update(session, options, organizationOf(options, io), image),
      ),
    )
}

async function update(
  session: Session,
  options: Options,
  organization: string,
  image: string,
): Promise<void> {
  const name = imageName(image)
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
  const { api } = await session.connect()
  const { repository } = name
  const updated = changesSettings
    ? await api.repository.update({ organization, repository, ...settings })
    : undefined
  if (!changesLocks && updated !== undefined) return session.print(updated, REPOSITORY_VIEW)
  const lock = await api.lock.update({ organization, ...name, ...attributes })
  if (updated === undefined) return session.print(lock, LOCK_VIEW)
  return session.print({ ...updated, changeableAttributes: lock.changeableAttributes }, REPOSITORY_VIEW)
}
