import type { Command } from 'commander'
import type { Connection } from './connection/connect.ts'
import { CliError } from './cli-error.ts'
import { describeError } from './describe-error.ts'
import type { GlobalOptions } from './global-options.ts'
import type { Io } from './io.ts'
import { plainText } from './output/plain-text.ts'
import type { OutputFormat } from './output/render.ts'
import type { View } from './output/view.ts'

/** What a command works with. Everything heavy is loaded on first use: `--help` must stay fast. */
export type Session = {
  readonly io: Io
  readonly globals: GlobalOptions
  /** `server`: an operand that names it, before every other way. */
  readonly connect: (server?: string) => Promise<Connection>
  /**
   * The result, to standard output, as `--output` and `--query` say.
   * `inFull`: what is shown where no table is, if that isn't the value itself
   */
  readonly print: <Row>(
    value: Row | readonly Row[],
    view: View<Row>,
    inFull?: () => Promise<object>,
  ) => Promise<void>
  /** A remark for people, to standard error: results stay clean. */
  readonly say: (line: string) => void
}

function createSession(globals: GlobalOptions, io: Io, onConnect: (connection: Connection) => void): Session {
  return {
    io,
    globals,
    connect: async (named) => {
      const { connect } = await import('./connection/connect.ts')
      const connection = await connect(named === undefined ? globals : { ...globals, server: named }, io)
      onConnect(connection)
      return connection
    },
    print: async (value, view, inFull) => {
      const { render } = await import('./output/render.ts')
      const format = formatFor(globals, io)
      const isTable = format === 'table' && globals.query === undefined
      const text =
        isTable || inFull === undefined
          ? await render(value, view, format, globals.query)
          : await render(await inFull(), [], format, globals.query)
      if (text === '' && globals.output === 'table') io.stderr.write('none\n')
      io.stdout.write(text)
    },
    say: (line) => void io.stderr.write(`${plainText(line)}\n`),
  }
}

/** Colours are for eyes: a file or another program gets plain JSON, and so does who wants none (https://no-color.org). */
function formatFor({ output }: GlobalOptions, { stdout, environment }: Io): OutputFormat {
  const colours = stdout.isTTY === true && (environment['NO_COLOR'] ?? '') === ''
  return output === 'jsonc' && !colours ? 'json' : output
}

/**
 * Makes a command's action of a plain function. commander hands over untyped arguments, then the options, then the
 * command; `Options` must be what the command declares, and this is the one place where that is taken on trust.
 */
export function action<Options>(
  io: Io,
  work: (session: Session, options: Options, ...operands: readonly string[]) => Promise<void>,
) {
  return async (...received: unknown[]): Promise<void> => {
    const command = received.at(-1) as Command
    const operands = received
      .slice(0, -2)
      .flat()
      .filter((operand) => typeof operand === 'string')
    const globals = rootOf(command).opts<GlobalOptions>()
    let server = globals.server ?? 'the server'
    const session = createSession(globals, io, (connection) => {
      server = connection.server
    })
    try {
      await work(session, command.opts() as Options, ...operands)
    } catch (error) {
      throw describeError(error, server)
    }
  }
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}

export type OrganizationOptions = { readonly org?: string; readonly registry?: string }

/** `--org`, its az name `--registry`, or `WHARDEN_ORG`; ready to be spread into an input where it may be absent. */
export function optionalOrganization(
  { org, registry }: OrganizationOptions,
  io: Io,
): { readonly organization?: string } {
  const organization = org ?? registry ?? io.environment['WHARDEN_ORG']
  return organization === undefined || organization === '' ? {} : { organization }
}

/** The same where there must be one. @throws CliError */
export function organizationOf(options: OrganizationOptions, io: Io): string {
  const { organization } = optionalOrganization(options, io)
  if (organization !== undefined) return organization
  throw new CliError('usage', 'which organization?', 'say `--org NAME`, or set WHARDEN_ORG')
}
