import type { Command, Ran } from './command.ts'
import type { Screen } from './screen.ts'

/** The story can't go on: something didn't go as it was told. */
export class NotAsTold extends Error {}

/** Shows commands, runs them, shows what came of them, and holds them to what the story says. */
export type Teller = {
  readonly screen: Screen
  /** Has to end well. */
  readonly succeed: (command: Command) => Promise<Ran>
  /** The same, and what was printed is worth reading. */
  readonly succeedAndQuote: (command: Command) => Promise<Ran>
  /**
   * Has to be refused.
   * @param reason what the person has to be able to read
   * @returns the lines with the reason, as they were printed
   */
  readonly refused: (command: Command, reason: RegExp) => Promise<string>
}

export function createTeller(screen: Screen): Teller {
  async function perform(command: Command): Promise<{ readonly ran: Ran; readonly seconds: string }> {
    screen.command(command.line)
    const started = performance.now()
    const ran = await command.run()
    return { ran, seconds: `${((performance.now() - started) / 1_000).toFixed(1)} s` }
  }

  function fail(why: string, ran: Ran): never {
    screen.bad(why)
    screen.quote(outputOf(ran))
    throw new NotAsTold(why)
  }

  async function succeed(command: Command): Promise<Ran> {
    const { ran, seconds } = await perform(command)
    if (ran.exitCode !== 0) fail(`this should have worked, but ended with exit code ${ran.exitCode}:`, ran)
    screen.good(`ok, ${seconds}`)
    return ran
  }

  return {
    screen,
    succeed,
    succeedAndQuote: async (command) => {
      const { ran } = await perform(command)
      if (ran.exitCode !== 0) fail(`this should have worked, but ended with exit code ${ran.exitCode}:`, ran)
      screen.quote(outputOf(ran))
      return ran
    },
    refused: async (command, reason) => {
      const { ran, seconds } = await perform(command)
      if (ran.exitCode === 0) fail('this should have been refused, but went through:', ran)
      const lines = outputOf(ran).split('\n')
      const told = lines.filter((line) => reason.test(line)).join('\n')
      if (told === '') fail('this was refused, but without the reason:', ran)
      screen.bad(`refused, as it should be (exit code ${ran.exitCode}, ${seconds}):`)
      screen.quote(told)
      return told
    },
  }
}

function outputOf({ stdout, stderr }: Ran): string {
  return [stdout, stderr].filter((text) => text.trim() !== '').join('\n')
}
