import { examples } from '@wharden/cli'
import { Command } from 'commander'
import { serveHere } from './serve-here.ts'

type Setting = { readonly name: string; readonly fallback: string; readonly about: string }

/** `wharden serve`, with the settings its help lists. */
export function serveCommand(settings: readonly Setting[]): Command {
  return new Command('serve')
    .description('run the server: registry, token service and administration API')
    .addHelpText('after', () => `\nSettings, all by environment:\n${tableOf(settings)}`)
    .addHelpText(
      'after',
      examples(
        ['wharden serve', 'on loopback: HTTP on 5000, HTTPS on 5443, everything in ./data'],
        'WHARDEN_HOST=registry.example.com WHARDEN_LISTEN=0.0.0.0 WHARDEN_HTTP_PORT=off WHARDEN_HTTPS_PORT=443 wharden serve',
      ),
    )
    .action(async () => {
      process.exitCode = await serveHere()
    })
}

function tableOf(settings: readonly Setting[]): string {
  return settings
    .map(
      ({ name, fallback, about }) =>
        `  ${name.padEnd(29)} ${about}${fallback === '' ? '' : ` (${fallback})`}`,
    )
    .join('\n')
}
