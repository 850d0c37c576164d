import { Command } from 'commander'
import type { SystemCheck } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import type { Connection } from '../connection/connect.ts'
import type { Exit } from '../exit-code.ts'
import { describeError } from '../describe-error.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action, type Session } from '../session.ts'

const VIEW: View<SystemCheck> = [
  ['CHECK', ({ name }) => name],
  ['STATUS', ({ status }) => status],
  ['DETAIL', ({ detail }) => detail],
  ['NEXT', ({ advice }) => advice],
]

export function doctorCommand(io: Io): Command {
  return new Command('doctor')
    .description(
      'Check the way from here to the server, and the server itself; exit code 1 when something is wrong',
    )
    .addHelpText('after', examples('wharden doctor', 'wharden doctor -o json'))
    .action(action(io, doctor))
}

type Finding = SystemCheck & { readonly exit?: Exit }

async function doctor(session: Session): Promise<void> {
  const findings = await examine(session)
  await session.print(
    findings.map(({ exit: _, ...check }) => check),
    VIEW,
  )
  const failed = findings.find(({ status }) => status === 'failed')
  if (failed !== undefined) {
    throw new CliError(
      failed.exit ?? 'failed',
      `${failed.name}: ${failed.detail}`,
      failed.advice ?? undefined,
    )
  }
}

/** Each check needs the one before it; the first that fails ends the examination. */
async function examine(session: Session): Promise<readonly Finding[]> {
  const connection = await session.connect()
  const version = await attempt('server', connection, async ({ api, server }) => {
    const { product, version: number } = await api.system.version()
    return `${server} is ${product} ${number}`
  })
  if (version.status === 'failed') return [version]
  const login = await attempt('login', connection, async ({ api }) => {
    const whoami = await api.session.show()
    return whoami.type === 'user'
      ? `signed in as \`${whoami.user}\``
      : `acting for \`${whoami.organization}\``
  })
  const trusted = await attempt('trust', connection, (found) => describeTrust(found))
  // Directories that are closed to this user say nothing about the server.
  const trust: Finding = trusted.status === 'failed' ? { ...trusted, status: 'warning' } : trusted
  return [version, login, trust, ...(login.status === 'ok' ? await serverChecks(connection) : [])]
}

async function attempt(
  name: string,
  connection: Connection,
  check: (connection: Connection) => Promise<string>,
): Promise<Finding> {
  try {
    return { name, status: 'ok', detail: await check(connection), advice: null }
  } catch (error) {
    const { exit, message, next } = describeError(error, connection.server)
    return {
      name,
      status: exit === 'notSignedIn' ? 'warning' : 'failed',
      detail: message,
      advice: next ?? null,
      exit,
    }
  }
}

async function describeTrust({ api }: Connection): Promise<string> {
  const { certificateAuthority, registries } = await api.system.trust()
  if (certificateAuthority === null) return 'the server’s certificate is one that machines trust'
  const { planTrust, TRUST_TARGETS } = await import('../trust/plan.ts')
  const steps = await planTrust({
    pem: certificateAuthority.pem,
    registries,
    own: registries,
    targets: TRUST_TARGETS,
    root: '/',
  })
  const missing = new Set(steps.filter(({ state }) => state !== 'same').map(({ target }) => target))
  return missing.size === 0
    ? 'all container clients here trust the server'
    : `not installed for ${[...missing].join(', ')}; \`wharden trust\` shows what would be`
}

async function serverChecks({ api, server }: Connection): Promise<readonly Finding[]> {
  try {
    return (await api.system.health()).checks
  } catch (error) {
    const { message } = describeError(error, server)
    return [
      { name: 'health', status: 'skipped', detail: message, advice: 'installation administrators see it' },
    ]
  }
}
