import { CommanderError, type Command } from 'commander'
import { describeError } from './describe-error.ts'
import { EXIT_CODES } from './exit-code.ts'
import { processIo, type Io } from './io.ts'
import { plainText } from './output/plain-text.ts'

/**
 * Runs a program made by `createCli`, with whatever was added to it, and never throws.
 * @param argv what follows the program's name
 * @returns the exit code
 */
export async function runCli(cli: Command, argv: readonly string[], io: Io = processIo()): Promise<number> {
  prepare(cli, io)
  // Whoever read (`| head`) has seen enough: the rest goes nowhere, and that is no error.
  for (const output of [io.stdout, io.stderr]) output.on('error', ignoreClosed)
  try {
    await cli.parseAsync([...argv], { from: 'user' })
    return EXIT_CODES.done.code
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? EXIT_CODES.done.code : EXIT_CODES.usage.code
    return report(error, io)
  }
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Commands that were added one by one have none of these settings yet. */
function prepare(command: Command, io: Io): void {
  command
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .showHelpAfterError(`(\`${fullName(command)} --help\` shows how)`)
  for (const child of command.commands) prepare(child, io)
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

function report(error: unknown, io: Io): number {
  const described = describeError(error, 'the server')
  io.stderr.write(`error: ${plainText(described.message)}\n`)
  if (described.next !== undefined) io.stderr.write(`next: ${plainText(described.next)}\n`)
  return EXIT_CODES[described.exit].code
}
