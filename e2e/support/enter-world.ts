/**
 * Runs a command inside a world of its own: `node enter-world.ts DIRECTORY ROOT COMMAND ARG…`, started by
 * `run-in-world.ts` in fresh network, mount and process namespaces, so that nothing here reaches the machine. ROOT is
 * whose programs are found there: `/`, or a directory that holds another system.
 *
 * The world has one address that isn't loopback: dockerd takes every registry that resolves into 127.0.0.0/8 for
 * insecure and doesn't verify its certificate, so a test on loopback would prove nothing about TLS.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from '../../scripts/repository.ts'
import { runAttached } from '../../scripts/run-command.ts'
import { ADDRESS } from './address.ts'
import { enterRoot } from './enter-root.ts'

const [directory, root, command, ...args] = process.argv.slice(2)
if (directory === undefined || root === undefined || command === undefined)
  throw new Error('usage: enter-world.ts DIRECTORY ROOT COMMAND ARG…')

const env = { ...process.env, E2E_WORLD: directory }
if (root !== '/') {
  enterRoot(root, directory, [tmpdir(), ROOT, dirname(process.execPath)])
  // Whoever runs the tests has programs and settings that are not there.
  Object.assign(env, { HOME: '/root', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' })
}

run('ip', 'link', 'set', 'lo', 'up')
run('ip', 'address', 'add', `${ADDRESS}/32`, 'dev', 'lo')
// Sockets, locks and pid files of the machine's own engines stay out of sight.
run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run')
run('mount', '-t', 'tmpfs', 'tmpfs', '/dev/shm')
writeFileSync(join(directory, 'hosts'), '127.0.0.1 localhost\n')
writeFileSync(join(directory, 'resolv.conf'), 'nameserver 127.0.0.1\n')
run('mount', '--bind', join(directory, 'hosts'), '/etc/hosts')
run('mount', '--bind', join(directory, 'resolv.conf'), '/etc/resolv.conf')
for (const place of ['docker', 'containers']) {
  mkdirSync(join(directory, 'etc', place), { recursive: true })
  mkdirSync(join('/etc', place), { recursive: true })
  run('mount', '--bind', join(directory, 'etc', place), join('/etc', place))
}
writeFileSync('/etc/containers/policy.json', '{"default":[{"type":"insecureAcceptAnything"}]}\n')

process.exitCode = await runAttached(command, args, env)

function run(program: string, ...options: readonly string[]): void {
  execFileSync(program, options, { stdio: 'inherit' })
}
