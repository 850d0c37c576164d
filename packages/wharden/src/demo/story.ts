/** What the demo tells, scene by scene: https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions */
import type { Account, ContainerClient } from './client.ts'
import { tellOfOrganizationToken } from './organization-token.ts'
import { DECISION, imagesAt, ORGANIZATION, secretIn, type Stage } from './stage.ts'
import { NotAsTold } from './teller.ts'

/** @throws {NotAsTold} at the first step that doesn't go as it is told; the screen says which and why */
export async function tellStory(stage: Stage): Promise<void> {
  const { teller, clients } = stage
  const [client, ...others] = clients
  await openHouse(stage)
  await fillRepositories(stage, client)
  const account = await makeToken(stage)

  teller.screen.heading(`4  ${client.name} with that token`)
  await signIn(stage, client, account)
  await writesTheOne(stage, client)
  await readsTheOther(stage, client)
  const refusal = await mayNotWriteTheOther(stage, client)
  await explain(stage, refusal)
  if (others.length > 0) {
    teller.screen.heading(`   The same token with ${others.map(({ name }) => name).join(', ')}`)
    for (const other of others) {
      await signIn(stage, other, account)
      await writesTheOne(stage, other)
      await readsTheOther(stage, other)
      await mayNotWriteTheOther(stage, other)
    }
  }
  await revoke(stage)
  await tellOfOrganizationToken(stage, client)
}

async function openHouse({ teller, wharden, origin, setupLink }: Stage): Promise<void> {
  teller.screen.heading('1  The first administrator, and an organization')
  teller.screen.say('It asks for the one-time link above, and for a new password.')
  const setUp = wharden(['setup', '--server', origin, '--username', 'alice', '--org', ORGANIZATION], {
    answers: [setupLink, 'a long enough pass phrase'],
    options: ['--secret-stdin', '--password-stdin'],
  })
  await teller.succeedAndQuote(setUp)
}

async function fillRepositories(
  { teller, wharden, registry }: Stage,
  client: ContainerClient,
): Promise<void> {
  teller.screen.heading('2  Two repositories, and an image in one of them')
  for (const name of ['samples/hello-world', 'samples/nginx'])
    await teller.succeed(wharden(['repo', 'create', name, '--org', ORGANIZATION]))
  teller.screen.say('Clients never get your password. A personal access token stands for you:')
  const issued = await teller.succeed(
    wharden(['token', 'create', '--label', 'laptop', '--repository', '*', 'write', '--expires', '1d']),
  )
  const password = secretIn(issued.stdout)
  await teller.succeed(client.login(registry, { username: 'alice', password, variable: 'ALICE_PAT' }))
  const { nginx } = imagesAt(registry)
  for (const command of [...client.make(nginx), client.push(nginx)]) await teller.succeed(command)
}

async function makeToken({ teller, wharden }: Stage): Promise<Account> {
  teller.screen.heading('3  A token: write and read the one, only read the other')
  const both = ['--repository', 'samples/hello-world', 'content/write', 'content/read']
  const readOnly = ['--repository', 'samples/nginx', 'content/read']
  const issued = await teller.succeedAndQuote(
    wharden(['token', 'create', '--name', 'MyToken', '--registry', ORGANIZATION, ...both, ...readOnly]),
  )
  return { username: 'MyToken', password: secretIn(issued.stdout), variable: 'TOKEN_PWD' }
}

async function signIn({ teller, registry }: Stage, client: ContainerClient, account: Account): Promise<void> {
  await teller.succeed(client.login(registry, account))
}

async function writesTheOne({ teller, registry }: Stage, client: ContainerClient): Promise<void> {
  const { hello } = imagesAt(registry)
  for (const command of [...client.make(hello), client.push(hello)]) await teller.succeed(command)
}

async function readsTheOther({ teller, registry }: Stage, client: ContainerClient): Promise<void> {
  const { nginx } = imagesAt(registry)
  await client.forget(nginx)
  await teller.succeed(client.pull(nginx))
}

async function mayNotWriteTheOther({ teller, registry }: Stage, client: ContainerClient): Promise<string> {
  const { nginxAgain } = imagesAt(registry)
  for (const command of client.make(nginxAgain)) await teller.succeed(command)
  return teller.refused(client.push(nginxAgain), DECISION)
}

async function explain({ teller, wharden }: Stage, refusal: string): Promise<void> {
  teller.screen.heading('5  Why? The id at the end of the message says more')
  const decision = DECISION.exec(refusal)?.[1] ?? ''
  const told = await teller.succeedAndQuote(wharden(['explain', decision]))
  if (!told.stdout.includes('MyToken')) throw new NotAsTold('the explanation does not name the token')
}

async function revoke({ teller, wharden, registry, clients }: Stage): Promise<void> {
  teller.screen.heading('6  The token is deleted: the very next request is refused')
  await teller.succeedAndQuote(wharden(['token', 'delete', 'MyToken', '--org', ORGANIZATION, '--yes']))
  const { hello } = imagesAt(registry)
  for (const client of clients) {
    await client.forget(hello)
    await teller.refused(client.pull(hello), /unauthorized|denied/i)
  }
}
