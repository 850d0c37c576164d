import { Argument, Command } from 'commander'
import { completionScript, SHELLS } from '../completion-script.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'

export function completionCommand(io: Io): Command {
  const command = new Command('completion')
    .description('Print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'source <(wharden completion bash)',
        'wharden completion zsh > "${fpath[1]}/_wharden"',
        'wharden completion fish > ~/.config/fish/completions/wharden.fish',
      ),
    )
  return command.action((word: string) => {
    const shell = SHELLS.find((known) => known === word) ?? 'bash'
    const root = command.parent
    if (root !== null) io.stdout.write(completionScript(root, shell))
  })
}
