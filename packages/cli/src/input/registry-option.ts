import { Option, type Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { azuresName, withOrganization } from '../organization-option.ts'
import type { OrganizationOptions } from '../session.ts'
import { imageName, type ImageName } from './image-name.ts'

export type RegistryOptions = OrganizationOptions & { readonly name?: string }
export type RepositoryOptions = RegistryOptions & { readonly repository?: string }
export type ImageOptions = RepositoryOptions & { readonly image?: string }

/** `--name` is the registry's in `az acr repository` and `az acr login`, as `--registry` is elsewhere. */
export function withRegistry(command: Command): Command {
  return withOrganization(command).addOption(
    new Option('-n, --name <registry>', 'the same, as `az acr repository` says it')
      .argParser(azuresName)
      .conflicts(['org', 'registry']),
  )
}

/** Who comes from az, in one of its two ways of naming a registry. */
export function azuresRegistry({ name, registry }: RegistryOptions): string | undefined {
  return name ?? registry
}

/** Ready for `organizationOf`. */
export function placeOf({ org, registry, name }: RegistryOptions): OrganizationOptions {
  if (org !== undefined) return { org }
  const given = name ?? registry
  return given === undefined ? {} : { registry: given }
}

/** A repository is named by an operand, or as az does it, by `--repository`. */
export function withRepository(command: Command): Command {
  return withRegistry(command)
    .argument('[repository]')
    .option('--repository <repository>', 'the repository, as az says it')
}

/** The same for what may be one image as well: the operand says all, and az has `--image`. */
export function withImage(command: Command): Command {
  return withRegistry(command)
    .argument('[image]', 'a repository, or with `:TAG` or `@DIGEST` one tag or manifest of it')
    .option('--repository <repository>', 'a repository, as az says it')
    .addOption(
      new Option('-t, --image <image>', 'an image, as az says it: without a tag its `latest`').conflicts(
        'repository',
      ),
    )
}

/** @throws CliError where none is named, or two, or an image of one */
export function wantedRepository(options: RepositoryOptions, operand: string | undefined): string {
  const { repository, tag, digest } = imageName(one([operand, options.repository], 'repository'))
  if (tag === undefined && digest === undefined) return repository
  throw new CliError('usage', 'this is about a whole repository', `say \`${repository}\` alone`)
}

/** @throws CliError where none is named, or two */
export function wantedImage(options: ImageOptions, operand: string | undefined): ImageName {
  one([operand, options.repository, options.image], 'image')
  if (operand !== undefined) return imageName(operand)
  if (options.image === undefined) return { repository: wantedRepository(options, undefined) }
  const image = imageName(options.image)
  return image.tag === undefined && image.digest === undefined ? { ...image, tag: 'latest' } : image
}

function one(named: readonly (string | undefined)[], what: string): string {
  const [first, ...others] = named.filter((name) => name !== undefined)
  if (first === undefined)
    throw new CliError(
      'usage',
      `which ${what}?`,
      `say its name, or as az does \`--repository NAME\`${what === 'image' ? ' or `--image NAME:TAG`' : ''}`,
    )
  if (others.length === 0) return first
  throw new CliError('usage', `\`${first}\` or \`${others.join('` or `')}\`?`, `name one ${what}`)
}
