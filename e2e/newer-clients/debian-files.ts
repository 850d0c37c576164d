/**
 * Another Debian's files in a directory of the user's cache: made once, by debootstrap, from the mirror that apt is set up
 * with, and made anew when they are broken.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../support/cache-directory.ts'
import type { Release } from '../support/release.ts'
import { run, type Ran } from '../support/run.ts'

export type DebianFiles =
  | { readonly type: 'ok'; readonly directory: string }
  | { readonly type: 'unavailable'; readonly reason: string }

/** @param renew makes them anew in any case: sid moves on */
export async function findDebianFiles(
  release: Release,
  renew: boolean,
  say: (line: string) => void,
): Promise<DebianFiles> {
  const directory = join(cacheDirectory(), `debian-${release}`)
  if (!renew && existsSync(directory)) {
    if (await isWhole(directory)) return { type: 'ok', directory }
    say(`${directory} is broken, and made anew`)
  }
  const mirror = await findMirror()
  say(`making Debian ${release} in ${directory} from ${mirror}, which takes a minute`)
  await mkdir(cacheDirectory(), { recursive: true })
  await removeLeftovers(directory)
  const making = await mkdtemp(`${directory}-`)
  try {
    // In a mount namespace, so that what it mounts is gone however it ends.
    const ran = await alone('debootstrap', [
      '--variant=minbase',
      `--include=${GROUND}`,
      release,
      making,
      mirror,
    ])
    if (ran.exitCode !== 0) return { type: 'unavailable', reason: complaint(ran) }
    await rm(directory, { recursive: true, force: true })
    await rename(making, directory)
    return { type: 'ok', directory }
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

/** What a run that was killed has left half made; one that is still at work is younger. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(cacheDirectory())) {
    const place = join(cacheDirectory(), name)
    const old = Date.now() - TIME
    if (place.startsWith(`${directory}-`) && (await stat(place)).mtimeMs < old)
      await rm(place, { recursive: true, force: true })
  }
}

/** Of debootstrap and apt, which say much before: the line that says why. */
export function complaint({ output }: Ran): string {
  const lines = output.trim().split('\n')
  return lines.findLast((line) => line.startsWith('E: '))?.slice('E: '.length) ?? lines.at(-1) ?? ''
}

/** Runs a program among those files, with this machine's network. */
export function runThere(directory: string, program: string, args: readonly string[]): Promise<Ran> {
  return alone(program, args, [`--root=${directory}`, '--mount-proc=/proc'])
}

/** What a world needs of its system beside the clients; libatomic1 is for Node. */
const GROUND = 'ca-certificates,iproute2,libatomic1,mount,util-linux'
const TIME = 20 * 60_000

function alone(program: string, args: readonly string[], more: readonly string[] = []): Promise<Ran> {
  const namespaces = ['--mount', '--propagation=private', '--pid', '--fork', '--kill-child', ...more]
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const env = { PATH: path, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  return run('unshare', [...namespaces, '--', program, ...args], { env, timeoutMilliseconds: TIME })
}

/** Whether dpkg finds nothing half done, which a cut connection or a full disk leaves. */
async function isWhole(directory: string): Promise<boolean> {
  const audit = await runThere(directory, 'dpkg', ['--audit'])
  return audit.exitCode === 0 && audit.output.trim() === ''
}

async function findMirror(): Promise<string> {
  const format = ['indextargets', '--format', '$(ORIGIN) $(SITE)', 'Created-By: Packages']
  const { stdout } = await run('apt-get', format)
  const own = stdout.split('\n').find((line) => line.startsWith('Debian ') && !line.endsWith('-security'))
  return own?.slice('Debian '.length) ?? 'http://deb.debian.org/debian'
}
