import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/**
 * Gets a secret without its ever being an argument, where every process of the machine could read it.
 * From standard input when told to, else by asking.
 */
export async function readSecret(
  io: Io,
  fromStdin: boolean | undefined,
  question: { readonly message: string; readonly flag: string },
): Promise<string> {
  const text = fromStdin === true ? await firstLine(io) : await ask(io, question)
  if (text !== '') return text
  throw new CliError('usage', 'the secret is empty', `give it on standard input with \`${question.flag}\``)
}

/** A new password: asked twice. */
export async function readNewPassword(
  io: Io,
  fromStdin: boolean | undefined,
  question: { readonly message: string; readonly flag: string },
): Promise<string> {
  const password = await readSecret(io, fromStdin, question)
  if (fromStdin !== true && password !== (await ask(io, { ...question, message: 'the same again' }))) {
    throw new CliError('usage', 'the two are not the same', 'try again')
  }
  return password
}

async function ask(
  io: Io,
  { message, flag }: { readonly message: string; readonly flag: string },
): Promise<string> {
  if (io.stdin.isTTY !== true) {
    throw new CliError(
      'usage',
      `there is no terminal to ask on: ${message}`,
      `give it on standard input with \`${flag}\``,
    )
  }
  const { password } = await import('@inquirer/prompts')
  return password({ message, mask: true }, { input: io.stdin, output: io.stderr })
}

const LIMIT = 16_384
const pending = new WeakMap<Io, string>()

/** The next line of standard input. What follows it is kept for the next call: `--secret-stdin --password-stdin` takes two. */
async function firstLine(io: Io): Promise<string> {
  const text = pending.get(io) ?? (await wholeInput(io))
  const end = text.indexOf('\n')
  pending.set(io, end === -1 ? '' : text.slice(end + 1))
  return (end === -1 ? text : text.slice(0, end)).replace(/\r$/, '')
}

async function wholeInput(io: Io): Promise<string> {
  let text = ''
  for await (const chunk of io.stdin) {
    text += String(chunk)
    if (text.length > LIMIT) throw new CliError('usage', 'standard input is too long for a secret')
  }
  return text
}

/** Asks before something is destroyed. @throws CliError when the answer is no, or nobody can be asked */
export async function confirm(io: Io, yes: boolean | undefined, message: string): Promise<void> {
  if (yes === true) return
  if (io.stdin.isTTY !== true) {
    throw new CliError(
      'usage',
      `there is no terminal to ask on: ${message}`,
      'say `--yes` to do it without asking',
    )
  }
  const prompts = await import('@inquirer/prompts')
  if (!(await prompts.confirm({ message, default: false }, { input: io.stdin, output: io.stderr }))) {
    throw new CliError('failed', 'nothing was changed')
  }
}

/** Asks for what was not given as an option. */
export async function askText(
  io: Io,
  given: string | undefined,
  message: string,
  flag: string,
): Promise<string> {
  if (given !== undefined) return given
  if (io.stdin.isTTY !== true) {
    throw new CliError('usage', `there is no terminal to ask on: ${message}`, `give it with \`${flag}\``)
  }
  const { input } = await import('@inquirer/prompts')
  return input({ message, required: true }, { input: io.stdin, output: io.stderr })
}
