import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

/** What is kept of one server after `wharden login`. */
export type Login = {
  readonly secret: string
  /** Whom it speaks for, for people to read. */
  readonly name: string
  readonly kind: 'session' | 'token'
  readonly expiresAt: string | null
  /** The file with the authority that was trusted at login: given with `--ca`, or the local server's own. */
  readonly ca?: string
}

export type Credentials = {
  /** The server used when none is named. */
  readonly current: string | null
  readonly servers: Readonly<Record<string, Login>>
}

const EMPTY: Credentials = { current: null, servers: {} }

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export function credentialsPath(environment: Io['environment']): string {
  const base = environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config')
  return join(base, 'wharden', 'credentials.json')
}

/** @throws CliError when others may read the file, or it isn't one of ours */
export async function readCredentials(path: string): Promise<Credentials> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new CliError('failed', `cannot read \`${path}\`: ${cause.message}`, undefined, { cause })
  })
  if (text === undefined) return EMPTY
  await refuseOpenFile(path)
  return parseCredentials(text, path)
}

async function refuseOpenFile(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) {
    throw new CliError(
      'failed',
      `other users may read your credentials in \`${path}\``,
      `run \`chmod 600 ${path}\``,
    )
  }
}

function parseCredentials(text: string, path: string): Credentials {
  try {
    const value: unknown = JSON.parse(text)
    if (isCredentials(value)) return value
  } catch {
    // said below, without the text: it may hold a secret
  }
  throw new CliError('failed', `\`${path}\` is damaged`, 'delete it and run `wharden login` again')
}

function isCredentials(value: unknown): value is Credentials {
  return isRecord(value) && isRecord(value['servers']) && Object.values(value['servers']).every(isLogin)
}

function isLogin(value: unknown): value is Login {
  return isRecord(value) && typeof value['secret'] === 'string' && typeof value['name'] === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Replaces the file whole, so that an interruption leaves the old one; never readable by others, not even meanwhile. */
export async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  try {
    await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new CliError('failed', `cannot keep your credentials in \`${path}\``, 'check its directory', {
      cause,
    })
  }
}

export function withLogin(credentials: Credentials, server: string, login: Login): Credentials {
  return { current: server, servers: { ...credentials.servers, [server]: login } }
}

export function withoutLogin(credentials: Credentials, server: string): Credentials {
  const { [server]: _, ...servers } = credentials.servers
  return { current: credentials.current === server ? null : credentials.current, servers }
}
