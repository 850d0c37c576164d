import { Command } from 'commander'
import { examples } from '../../help.ts'
import {
  registryCredentialsOf,
  withRegistryCredentials,
  type RegistryCredentialOptions,
} from '../../input/registry-credentials.ts'
import { placeOf, wantedImage, withImage, type ImageOptions } from '../../input/registry-option.ts'
import type { Io } from '../../io.ts'
import { action, organizationOf } from '../../session.ts'
import { DESCRIPTION_VIEW, LOCK_VIEW, REPOSITORY_VIEW } from './view.ts'

export function showCommand(io: Io): Command {
  return withRegistryCredentials(
    withImage(new Command('show').description('Show one repository, or how one of its images is locked')),
  )
    .addHelpText(
      'after',
      examples(
        'wharden repo show samples/nginx --org myregistry',
        'wharden repo show samples/nginx:v1 --org myregistry --query changeableAttributes -o json',
        [
          'echo "$TOKEN_PWD" | wharden repository show -n myregistry --image samples/nginx:v1 -u MyToken --password-stdin',
          'what az shows, with a token that has metadata/read there',
        ],
      ),
    )
    .action(
      action<ImageOptions & RegistryCredentialOptions>(io, async (session, options, operand) => {
        const { repository, ...reference } = wantedImage(options, operand)
        const organization = organizationOf(placeOf(options), io)
        const credentials = await registryCredentialsOf(session, options)
        const { api, server } = await session.connect()
        if (credentials !== undefined) {
          const { openRegistryContent } = await import('../../connection/registry-content.ts')
          const content = openRegistryContent(server, organization, credentials)
          return session.print(await content.show({ repository, ...reference }), DESCRIPTION_VIEW)
        }
        if (Object.keys(reference).length === 0)
          return session.print(await api.repository.show({ organization, repository }), REPOSITORY_VIEW)
        return session.print(await api.lock.show({ organization, repository, ...reference }), LOCK_VIEW)
      }),
    )
}
