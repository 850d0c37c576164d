import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from '../../scripts/repository.ts'
import type { Dockerd } from './dockerd.ts'
import { findCommand } from './requirements.ts'
import { run, succeeded } from './run.ts'
import type { World } from './world.ts'

/**
 * Makes a base image that stands in for the official one of Node, which can't be fetched in a world without a network: this
 * test's own Node with its libraries, npm, busybox for a shell, and of npm's cache what the lock file names.
 * @returns its reference
 */
export async function makeStandInNode(world: World, dockerd: Dockerd): Promise<string> {
  const root = world.path('stand-in')
  const place = (path: string): string => {
    const placed = join(root, path)
    mkdirSync(dirname(placed), { recursive: true })
    return placed
  }
  cpSync(process.execPath, place('/usr/local/bin/node'))
  for (const library of await librariesOf(process.execPath)) copyFileSync(library, place(library))
  cpSync(npmDirectory(), place('/usr/local/lib/node_modules/npm'), { recursive: true, dereference: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', place('/usr/local/bin/npm'))
  const busybox = findCommand('busybox') ?? 'busybox'
  cpSync(busybox, place('/bin/busybox'))
  for (const applet of ['sh', 'mkdir', 'chmod', 'find', 'touch'])
    symlinkSync('busybox', place(`/bin/${applet}`))
  symlinkSync('/bin/busybox', place('/usr/bin/env'))
  copyCache(join(homedir(), '.npm/_cacache'), place('/npm-cache/_cacache'))
  mkdirSync(place('/tmp/x'), { recursive: true })
  writeFileSync(place('/etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')

  const archive = world.path('stand-in.tar')
  succeeded(await run('tar', ['-C', root, '-cf', archive, '.']))
  const environment =
    'ENV PATH=/usr/local/bin:/usr/bin:/bin npm_config_cache=/npm-cache npm_config_offline=true'
  const reference = 'stand-in-node:26'
  const docker = findCommand('docker') ?? 'docker'
  succeeded(
    await run(docker, ['import', '--change', environment, archive, reference], {
      env: { DOCKER_HOST: dockerd.host },
    }),
  )
  return reference
}

/** What the dynamic linker would load, the linker, and what native packages want besides. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = succeeded(await run('ldd', [program]))
  const loaded = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? [])
  const libc = loaded.find((path) => path.endsWith('/libc.so.6')) ?? ''
  return [...loaded, join(dirname(libc), 'librt.so.1')]
}

function npmDirectory(): string {
  const program = process.env['npm_execpath']
  if (program === undefined) throw new Error('run by npm, which says where it is')
  return dirname(dirname(program))
}

/**
 * Copies what `npm ci` left in its cache of the packages that an image needs: their tarballs, and the lists of their versions.
 * https://github.com/npm/cacache: index lines are `HASH\tJSON`, content lies by its digest.
 */
function copyCache(from: string, to: string): void {
  const shipped = shippedPackages()
  for (const entry of readdirSync(join(from, 'index-v5'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const index = readFileSync(path, 'utf8')
    const url = /"key":"[^"]*?(https?:[^"]+)"/.exec(index)?.[1]
    const name = /\/((?:@[^/]+\/)?[^/]+)(?:\/-\/[^/]+)?$/.exec(decodeURIComponent(url ?? ''))?.[1]
    if (name === undefined || !shipped.has(name)) continue
    cpSync(path, path.replace(from, to))
    for (const [, algorithm = '', digest = ''] of index.matchAll(/"integrity":"(sha\d+)-([^"]+)"/g)) {
      const hex = Buffer.from(digest, 'base64').toString('hex')
      const content = join('content-v2', algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4))
      if (existsSync(join(from, content))) cpSync(join(from, content), join(to, content))
    }
  }
}

/** The names of all packages in the lock file but those for development, and the checkout's own Node. */
function shippedPackages(): ReadonlySet<string> {
  // npm's own file, of the version it says itself: https://docs.npmjs.com/cli/configuring-npm/package-lock-json
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock
  const own = Object.keys(packages['']?.optionalDependencies ?? {})
  const shipped = Object.entries(packages).filter(([, { dev }]) => dev !== true)
  const names = shipped.map(([path]) =>
    path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  )
  return new Set(names.filter((name) => !own.includes(name)))
}

type Lock = { readonly packages: Readonly<Record<string, Locked>> }
type Locked = {
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
