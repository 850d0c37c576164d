import type { Organization } from '@wharden/api'
import { Option, type Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { parsePullLimit, pullLimitOf, type PullLimitOption } from './pull-limit.ts'

export type OrganizationSettings = {
  readonly displayName?: string
  readonly plan?: Organization['plan']
  readonly defaultVisibility?: Organization['defaultVisibility']
  readonly allowReactivation?: 'true' | 'false'
  readonly maximumLifetime?: readonly string[]
  readonly userPullLimit?: PullLimitOption
  readonly anonymousPullLimit?: PullLimitOption
}

type Lifetimes = { [Kind in keyof Organization['maximumLifetimes']]?: number | null }

export function withSettings(command: Command): Command {
  return command
    .option('--display-name <text>', 'a name for people')
    .addOption(new Option('--plan <plan>', 'its plan').choices(['free', 'team', 'business', 'unlimited']))
    .addOption(
      new Option('--default-visibility <visibility>', 'of repositories that a push creates').choices([
        'public',
        'private',
      ]),
    )
    .addOption(
      new Option(
        '--allow-reactivation <bool>',
        'whether a disabled oat may be enabled again, or only deleted',
      ).choices(['true', 'false']),
    )
    .option(
      '--maximum-lifetime <kind=days...>',
      'how long they may live: `pat=90d`, `oat=365d`, `registry-token=none`, `service-principal=365d`',
    )
    .option(
      '--user-pull-limit <number>',
      'pulls in six hours by each person, by their own tokens; or `none`',
      parsePullLimit,
    )
    .option(
      '--anonymous-pull-limit <number>',
      'pulls in six hours by each address without a token; or `none`',
      parsePullLimit,
    )
}

/** Only what was said. @throws CliError */
export function settingsOf(options: OrganizationSettings) {
  const { displayName, plan, defaultVisibility, allowReactivation, maximumLifetime } = options
  const { userPullLimit, anonymousPullLimit } = options
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(plan === undefined ? {} : { plan }),
    ...(defaultVisibility === undefined ? {} : { defaultVisibility }),
    ...(allowReactivation === undefined ? {} : { allowReactivation: allowReactivation === 'true' }),
    ...(maximumLifetime === undefined ? {} : { maximumLifetimes: lifetimesOf(maximumLifetime) }),
    ...pullLimitOf('userPullLimit', userPullLimit),
    ...pullLimitOf('anonymousPullLimit', anonymousPullLimit),
  }
}

function lifetimesOf(values: readonly string[]): Lifetimes {
  return Object.fromEntries(
    values.map((value) => {
      const [, kind, days] = /^(pat|oat|registry-token|service-principal)=(none|\d{1,4})d?$/.exec(value) ?? []
      if (kind !== undefined && days !== undefined) return [kind, days === 'none' ? null : Number(days)]
      throw new CliError(
        'usage',
        `\`${value}\` is not a lifetime`,
        'say a kind of token and days: `pat=90d`, `oat=365d`, `registry-token=none`',
      )
    }),
  )
}
