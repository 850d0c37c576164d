import { Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action, type Session } from '../session.ts'
import type { TrustStep, TrustTarget } from '../trust/plan.ts'

type Options = {
  readonly apply?: boolean
  readonly for: readonly TrustTarget[]
  readonly registry?: readonly string[]
  readonly root: string
}

const TARGETS: readonly TrustTarget[] = ['docker', 'podman', 'containerd', 'system']

const STATES = {
  missing: 'to be written',
  outdated: 'to be replaced',
  same: 'in place',
  foreign: 'left alone: it is configured otherwise',
  due: 'to be run',
} as const satisfies Record<TrustStep['state'], string>

const VIEW: View<TrustStep> = [
  ['FOR', ({ target }) => target],
  ['WHAT', (step) => (step.type === 'write' ? step.path : step.command.join(' '))],
  ['STATE', ({ state }) => STATES[state]],
]

export function trustCommand(io: Io): Command {
  return new Command('trust')
    .description(
      "Show what would make this machine's container clients trust the server, and do it with --apply",
    )
    .option('--apply', 'do it; needs the rights to write there')
    .addOption(new Option('--for <client...>', 'only for these').choices(TARGETS).default(TARGETS))
    .option(
      '--registry <host:port...>',
      'registry addresses, instead of those the server names; beside another registry’s own authority',
    )
    .option('--root <directory>', 'write below this directory', '/')
    .addHelpText(
      'after',
      examples(
        ['wharden trust', 'shows the plan'],
        'sudo wharden trust --apply',
        [
          'sudo wharden trust --apply --registry guarded.example.com:5000',
          'another registry that takes our tokens',
        ],
        'sudo wharden trust --apply --for docker --server https://registry.example.com --ca ca.crt',
      ),
    )
    .action(action<Options>(io, trust))
}

async function trust(session: Session, options: Options): Promise<void> {
  const { planTrust } = await import('../trust/plan.ts')
  const authority = await findAuthority(session)
  const registries = options.registry ?? authority.registries
  if (registries.length === 0) {
    throw new CliError(
      'failed',
      'the server names no registry address with TLS',
      'say `--registry HOST:PORT`',
    )
  }
  const request = {
    pem: authority.pem,
    registries,
    own: authority.registries,
    targets: options.for,
    root: options.root,
  }
  const steps = await planTrust(request)
  if (options.apply !== true) {
    await session.print(steps, VIEW)
    session.say(`authority: SHA-256 ${authority.fingerprint}`)
    return session.say('nothing was changed; `wharden trust --apply` does it')
  }
  const { applyTrust } = await import('../trust/apply.ts')
  await applyTrust(steps, options.root)
  await session.print(await planTrust(request), VIEW)
  remarks(session, steps, options.root)
}

type Authority = {
  readonly pem: string
  readonly fingerprint: string
  readonly registries: readonly string[]
}

/** The authority as the server publishes it, over a connection that is trusted already; `--ca` says it must be that one. */
async function findAuthority(session: Session): Promise<Authority> {
  const { parseAuthority, readAuthority } = await import('../connection/trust-authority.ts')
  const { api, server } = await session.connect()
  const { certificateAuthority, registries } = await api.system.trust()
  if (certificateAuthority === null) {
    throw new CliError(
      'failed',
      `${server} shows a certificate that machines trust already`,
      'there is nothing to install',
    )
  }
  const pem =
    session.globals.ca === undefined ? certificateAuthority.pem : await readAuthority(session.globals.ca)
  return { pem, fingerprint: parseAuthority(pem, server).fingerprint256, registries }
}

function remarks(session: Session, steps: readonly TrustStep[], root: string): void {
  const isDue = (target: TrustTarget) => steps.some((step) => step.target === target && step.state !== 'same')
  if (isDue('containerd')) {
    session.say(
      'containerd reads this where its configuration says `config_path = "/etc/containerd/certs.d"`; ctr takes `--hosts-dir`',
    )
  }
  if (isDue('system') && root !== '/') session.say('update-ca-certificates was not run, because of --root')
  else if (isDue('system'))
    session.say(
      'programs that run already read the system’s authorities at their next start: restart docker and containerd',
    )
  if (steps.some(({ state }) => state === 'foreign')) {
    session.say('a hosts.toml exists already: add the path of our certificate to its `ca` yourself')
  }
}
