import type { ContainerClient } from './client.ts'
import { typed } from './command.ts'
import type { DemoServer } from './demo-server.ts'
import type { Screen } from './screen.ts'
import { imagesAt } from './stage.ts'

type Around = { readonly client: ContainerClient; readonly directory: string; readonly stay: boolean }

/** The commands to go on with: against this server while it stays, else against one of one's own. */
export function thingsToTry(screen: Screen, server: DemoServer, { client, directory, stay }: Around): void {
  if (!stay) {
    screen.say('To try it by yourself, with a server that stays:')
    for (const line of ['npm start', 'npx wharden setup', 'npx wharden --help']) screen.command(line)
    return
  }
  screen.say('The server stays. In another terminal, in the folder you started this from:')
  const { registry, origin } = server
  const account = { username: 'Mine', password: '', variable: 'TOKEN_PWD' }
  const { nginx } = imagesAt(registry)
  const rules = ['--repository', 'samples/*', 'content/read']
  const lines = [
    `alias wharden='XDG_CONFIG_HOME=${directory} npx wharden'`,
    typed(['wharden', 'token', 'create', '--name', 'Mine', '--org', 'myregistry', ...rules]),
    ...(client.name === 'tiny'
      ? []
      : [atTerminal(client.login(registry, account).line), client.pull(nginx).line]),
    'wharden token update Mine --org myregistry --status disabled',
    'wharden audit list --org myregistry',
    'wharden --help',
  ]
  for (const line of lines) screen.command(line)
  screen.say(`The administration API is described at ${origin}/api`)
  screen.say('Ctrl-C stops the server and deletes everything.')
}

/** At a terminal a client asks for the password by itself. */
function atTerminal(line: string): string {
  return line.replace(/^echo \S+ \| /, '').replace(' --password-stdin', '')
}
