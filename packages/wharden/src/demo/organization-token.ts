/** The second scene: a token that is nobody's but the organization's. https://docs.docker.com/enterprise/security/access-tokens/ */
import type { ContainerClient } from './client.ts'
import { DECISION, imagesAt, ORGANIZATION, secretIn, type Stage } from './stage.ts'

/** It is made for a build that pulls, is given more, and is switched off; whoever made it may leave. */
export async function tellOfOrganizationToken(
  { teller, wharden, registry }: Stage,
  client: ContainerClient,
): Promise<void> {
  teller.screen.heading('7  A token of the organization itself, for a build that only pulls')
  teller.screen.say('It is owned by all owners, and goes on working when whoever made it has left.')
  const there = ['--org', ORGANIZATION]
  const issued = await teller.succeedAndQuote(
    wharden([
      'token',
      'create',
      '--label',
      'build',
      ...there,
      '--repository',
      'samples/*',
      'pull',
      '--expires',
      '30d',
    ]),
  )
  const account = { username: ORGANIZATION, password: secretIn(issued.stdout), variable: 'BUILD_OAT' }
  await teller.succeed(client.login(registry, account))
  const { hello } = imagesAt(registry)
  await client.forget(hello)
  await teller.succeed(client.pull(hello))
  for (const command of client.make(hello)) await teller.succeed(command)
  await teller.refused(client.push(hello), DECISION)

  teller.screen.say('It may push from now on: the login stays, the very next request is decided anew.')
  await teller.succeed(wharden(['token', 'update', 'build', ...there, '--repository', 'samples/*', 'push']))
  await teller.succeed(client.push(hello))

  teller.screen.say('And when something about it looks odd:')
  await teller.succeed(wharden(['token', 'update', 'build', ...there, '--status', 'disabled']))
  await client.forget(hello)
  await teller.refused(client.pull(hello), /unauthorized|denied/i)
  teller.screen.say('Who did all this, from where, and what it was before: nobody can change that unseen.')
  const shown = ['--limit', '3', '--query', '[].{WHEN: at, WHO: actor.name, WHAT: event}']
  await teller.succeedAndQuote(wharden(['audit', 'list', ...there, ...shown]))
  await teller.succeedAndQuote(wharden(['audit', 'verify', ...there]))
}
