import { examples } from '@wharden/cli'
import { Command } from 'commander'

/** `wharden demo`: the main job, before the newcomer's eyes, on a throw-away server. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'show the main job in under a minute: one scoped token, real pushes and pulls, a refusal explained, a revocation',
    )
    .option(
      '--stay',
      'leave the server running afterwards, to try things by hand (what a terminal gets by default)',
    )
    .addHelpText('after', examples('wharden demo'))
    .action(async ({ stay = process.stdout.isTTY === true }: { readonly stay?: boolean }) => {
      const { demo } = await import('./demo/demo.ts')
      process.exitCode = await demo({ stay })
    })
}
