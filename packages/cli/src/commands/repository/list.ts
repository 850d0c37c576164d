import { Command, Option } from 'commander'
import { allPages } from '../../all-pages.ts'
import { CliError } from '../../cli-error.ts'
import type { ContentManifest, ContentTag, ListQuery } from '../../connection/registry-content.ts'
import { examples } from '../../help.ts'
import { lockedActs } from '../../input/attributes.ts'
import { withRegistryCredentials, type RegistryCredentialOptions } from '../../input/registry-credentials.ts'
import {
  azuresRegistry,
  placeOf,
  wantedRepository,
  withRegistry,
  withRepository,
  type RegistryOptions,
  type RepositoryOptions,
} from '../../input/registry-option.ts'
import { parseCount } from '../../input/whole-number.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { action, organizationOf } from '../../session.ts'
import { openContent } from './open-content.ts'
import { REPOSITORY_VIEW } from './view.ts'

type ListOptions = RegistryOptions &
  RegistryCredentialOptions & { readonly prefix?: string; readonly top?: number }

/** A list of names, as az prints it: a column of them, or an array. */
const NAMES: View<string> = [['RESULT', (name) => name]]

export function listCommand(io: Io): Command {
  const command = withRegistry(new Command('list').description('List the repositories you may see'))
    .option('--prefix <text>', 'only those whose names begin so')
    .addOption(topOption())
  return withRegistryCredentials(command)
    .addHelpText(
      'after',
      examples(
        'wharden repo list --org myregistry',
        'wharden repo list --org myregistry --prefix samples/',
        ['wharden repository list --name myregistry -o tsv', 'their names alone, as az lists them'],
        [
          'echo "$TOKEN_PWD" | wharden repository list -n myregistry -u MyToken --password-stdin',
          'those that the token may read',
        ],
      ),
    )
    .action(
      action<ListOptions>(io, async (session, options) => {
        const { prefix, top } = options
        if (azuresRegistry(options) !== undefined || options.username !== undefined) {
          if (prefix !== undefined)
            throw new CliError('usage', '`--prefix` is not az’s', 'say `--org NAME`, and are signed in')
          const names = await (await openContent(session, options)).listRepositories({ top })
          return session.print(names, NAMES)
        }
        const organization = organizationOf(placeOf(options), io)
        const { api } = await session.connect()
        const filter = prefix === undefined ? {} : { prefix }
        const list = (query: { limit: number }) => api.repository.list({ organization, ...filter, ...query })
        await session.print(await allPages(list, top), REPOSITORY_VIEW)
      }),
    )
}

type ContentOptions = RepositoryOptions &
  RegistryCredentialOptions &
  ListQuery & { readonly detail?: boolean }

const TAGS: View<ContentTag> = [
  ['NAME', ({ name }) => name],
  ['DIGEST', ({ digest }) => digest],
  ['LOCKED', ({ changeableAttributes }) => lockedActs(changeableAttributes)],
  ['CREATED', ({ createdTime }) => createdTime],
  ['UPDATED', ({ lastUpdateTime }) => lastUpdateTime],
]

export function showTagsCommand(io: Io): Command {
  return contentList(new Command('show-tags').description("List a repository's tags, as az does"))
    .addHelpText(
      'after',
      examples(
        'wharden repository show-tags --name myregistry --repository samples/hello-world -o tsv',
        [
          'echo "$TOKEN_PWD" | wharden repository show-tags -n myregistry --repository samples/hello-world --username MyToken --password-stdin',
          'with a token that has metadata/read there',
        ],
        'wharden repository show-tags -n myregistry --repository samples/nginx --top 10 --orderby time_desc --detail',
      ),
    )
    .action(
      action<ContentOptions>(io, async (session, options, operand) => {
        const repository = wantedRepository(options, operand)
        const tags = await (await openContent(session, options)).listTags(repository, options)
        if (options.detail === true) await session.print(tags, TAGS)
        else
          await session.print(
            tags.map(({ name }) => name),
            NAMES,
          )
      }),
    )
}

type Brief = { readonly digest: string; readonly tags: readonly string[]; readonly timestamp: string }

const BRIEF: View<Brief> = [
  ['DIGEST', ({ digest }) => digest],
  ['TAGS', ({ tags }) => tags],
  ['TIMESTAMP', ({ timestamp }) => timestamp],
]

const MANIFESTS: View<ContentManifest> = [
  ['DIGEST', ({ digest }) => digest],
  ['TAGS', ({ tags }) => tags],
  ['LOCKED', ({ changeableAttributes }) => lockedActs(changeableAttributes)],
  ['MEDIA TYPE', ({ mediaType }) => mediaType],
  ['CREATED', ({ createdTime }) => createdTime],
]

export function showManifestsCommand(io: Io): Command {
  return contentList(
    new Command('show-manifests').description("List a repository's manifests, tagged or not, as az does"),
  )
    .addHelpText(
      'after',
      examples(
        'wharden repository show-manifests --name myregistry --repository samples/nginx',
        'wharden repo show-manifests samples/nginx --org myregistry --detail -o json',
        [
          'wharden repository show-manifests -n myregistry --repository samples/nginx --query "[?length(tags)==\\`0\\`].digest" -o tsv',
          'those that have no tag',
        ],
      ),
    )
    .action(
      action<ContentOptions>(io, async (session, options, operand) => {
        const repository = wantedRepository(options, operand)
        const manifests = await (await openContent(session, options)).listManifests(repository, options)
        if (options.detail === true) await session.print(manifests, MANIFESTS)
        else await session.print(manifests.map(brief), BRIEF)
      }),
    )
}

function brief({ digest, tags, lastUpdateTime }: ContentManifest): Brief {
  return { digest, tags, timestamp: lastUpdateTime }
}

function contentList(command: Command): Command {
  return withRegistryCredentials(withRepository(command))
    .addOption(topOption())
    .addOption(
      new Option('--orderby <order>', 'by time; without it by name').choices(['time_asc', 'time_desc']),
    )
    .option('--detail', 'all that there is to say of each')
}

function topOption(): Option {
  return new Option('--top <number>', 'only so many of them').argParser(parseCount)
}
