import { examples } from '@wharden/cli'
import { Command } from 'commander'
import { stopSignal } from './stop-signal.ts'

/** `wharden demo`: the main job, before the newcomer's eyes, on a throw-away server. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'show the main job in under a minute: tokens with exact scopes, real pushes and pulls, refusals explained, revocations',
    )
    .option(
      '--stay',
      'leave the server running afterwards, to try things by hand (what a terminal gets by default)',
    )
    .option('--no-stay', 'end when the story is told')
    .addHelpText('after', examples('wharden demo'))
    .action(async ({ stay = process.stdout.isTTY }: { readonly stay?: boolean }) => {
      const { demo } = await import('./demo/demo.ts')
      process.exitCode = await demo({
        stay,
        signal: stopSignal(),
        write: (text) => void process.stdout.write(text),
        colours: process.stdout.isTTY && !process.env['NO_COLOR'],
      })
    })
}
