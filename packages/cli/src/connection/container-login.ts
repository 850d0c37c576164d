import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { CliError } from '../cli-error.ts'
import type { RegistryCredentials } from '../input/registry-credentials.ts'
import type { Io } from '../io.ts'

/**
 * Runs `docker login`, or what `DOCKER_COMMAND` names instead, and shows what it says. The secret goes by standard input: an
 * argument could be read by every process of the machine.
 * @throws CliError when it can't be run, or fails
 */
export async function containerLogin(
  io: Io,
  loginServer: string,
  { username, secret }: RegistryCredentials,
): Promise<void> {
  const command = io.environment['DOCKER_COMMAND'] || 'docker'
  const child = spawn(command, ['login', loginServer, '--username', username, '--password-stdin'], {
    env: { ...io.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdout.pipe(io.stdout, { end: false })
  child.stderr.pipe(io.stderr, { end: false })
  child.stdin.on('error', () => undefined) // it ended without reading: its exit code says so
  child.stdin.end(secret)
  const [code] = await once(child, 'close').catch((cause: Error) => {
    throw new CliError(
      'failed',
      `cannot run \`${command}\`: ${cause.message}`,
      'install docker, or set DOCKER_COMMAND=podman; `--expose-token` needs neither',
      { cause },
    )
  })
  if (code !== 0)
    throw new CliError('failed', `\`${command} login ${loginServer}\` ended with exit code ${code}`)
}
