import type { Io } from '../io.ts'
import { confirm } from './secret.ts'

/** Asks whoever sits at a terminal. Scripts go on: az asks nothing here. @throws CliError when the answer is no */
export async function confirmOnTerminal(io: Io, yes: boolean | undefined, message: string): Promise<void> {
  if (io.stdin.isTTY === true && io.stdout.isTTY === true) await confirm(io, yes, message)
}
