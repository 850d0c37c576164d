/**
 * `wharden demo`: the main job, before the newcomer's eyes, with a real server and the container clients that are here.
 * Everything happens on a free port of this machine and in a directory that is deleted at the end.
 */
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContainerClient } from './client.ts'
import { startDemoServer, type DemoServer } from './demo-server.ts'
import { CLIENT_NAMES, lookForClient, writeStorageConfiguration, type ClientName } from './real-clients.ts'
import { wharden } from './run-wharden.ts'
import { createScreen, type Screen } from './screen.ts'
import { imagesAt } from './stage.ts'
import { tellStory } from './story.ts'
import { createTeller, NotAsTold } from './teller.ts'
import { createTinyClient } from './tiny-client.ts'
import { makeTinyImage, writeTinyImage } from './tiny-image.ts'
import { thingsToTry } from './things-to-try.ts'

export type DemoOptions = {
  /** Leave the server running at the end, until `signal`. */
  readonly stay: boolean
  /** Aborted when the person has seen enough. */
  readonly signal: AbortSignal
  readonly write: (text: string) => void
  readonly colours: boolean
  /** The clients to look for; all of them where it is left out. Without any, our own tiny one tells the story. */
  readonly clients?: readonly ClientName[]
}

/** @returns the exit code: 0 if every step went as it is told, 1 if one didn't, 130 if it was interrupted before the end */
export async function demo(options: DemoOptions): Promise<number> {
  const screen = createScreen(options.write, options.colours)
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'wharden-demo-'))
  stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }))
  // For an end that nothing above hears of: an exception in a callback, or a second Ctrl-C.
  const last = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', last)
  stack.defer(() => void process.off('exit', last))
  try {
    await show(options, screen, directory, stack)
    return 0
  } catch (problem) {
    if (options.signal.aborted) {
      screen.say('Interrupted; everything is deleted.')
      return 130
    }
    if (!(problem instanceof NotAsTold))
      screen.bad(problem instanceof Error ? problem.message : String(problem))
    screen.say('The demo ends here, because this step did not go as it should.')
    return 1
  }
}

async function show(
  options: DemoOptions,
  screen: Screen,
  directory: string,
  stack: AsyncDisposableStack,
): Promise<void> {
  const started = performance.now()
  introduce(screen)
  screen.command('wharden serve')
  const server = await startDemoServer(directory)
  stack.defer(server.close)
  screen.say(`It serves at ${server.origin}, keeps its data in ${directory}/data, and shows a one-time link:`)
  screen.say(server.setupLink)
  const clients = await gatherClients(options, screen, directory, server)
  stack.defer(() => forgetAll(clients, server))

  const whardenHere = wharden(directory)
  await tellStory({ ...server, teller: createTeller(screen), wharden: whardenHere, clients })
  screen.heading(`Every step went as told, in ${Math.round((performance.now() - started) / 1_000)} s.`)
  thingsToTry(screen, server, { client: clients[0], directory, stay: options.stay })
  if (options.stay) await aborted(options.signal)
}

function introduce(screen: Screen): void {
  screen.heading('Wharden: tokens that may do this and nothing more')
  screen.say(
    'A token that may write and read one repository, and only read another; then a token of the organization itself; both in the hands of container clients. Everything is thrown away at the end.',
  )
}

async function gatherClients(
  { signal, clients: names = CLIENT_NAMES }: DemoOptions,
  screen: Screen,
  directory: string,
  { registry }: DemoServer,
): Promise<readonly [ContainerClient, ...ContainerClient[]]> {
  const text = 'hello from a tiny image\n'
  const image = makeTinyImage(text)
  await writeTinyImage(directory, text, image)
  await writeStorageConfiguration(directory)
  const around = { directory, environment: process.env, signal }
  const looked = await Promise.all(names.map((name) => lookForClient(name, registry, around)))
  const [first, ...others] = looked.flatMap((one) => (one.type === 'usable' ? [one.client] : []))
  const leftOut = looked.flatMap((one) => (one.type === 'left out' ? [`${one.name} (${one.why})`] : []))
  if (leftOut.length > 0) screen.say(`Container clients left out: ${leftOut.join(', ')}`)
  if (first === undefined) {
    screen.say('No container client can be used here, so a tiny one of our own stands in.')
    return [createTinyClient(image, signal)]
  }
  const used = [first, ...others].map(({ name, version }) => `${name} ${version}`)
  screen.say(`Container clients used: ${used.join(', ')}`)
  return [first, ...others]
}

/** Engines that live elsewhere keep their images there. */
async function forgetAll(clients: readonly ContainerClient[], { registry }: DemoServer): Promise<void> {
  const references = Object.values(imagesAt(registry))
  for (const client of clients) for (const reference of references) await client.forget(reference)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
