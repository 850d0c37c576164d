/**
 * A container client in a hundred lines, for machines that have none: it signs in, pushes and pulls the tiny image as the
 * real ones do (https://distribution.github.io/distribution/spec/auth/token/), and prints what the registry said.
 */
import type { Account, ContainerClient } from './client.ts'
import type { Command, Ran } from './command.ts'
import { digestOf, MANIFEST_TYPE, type Blob, type TinyImage } from './tiny-image.ts'

export function createTinyClient(image: TinyImage, signal: AbortSignal): ContainerClient {
  let account: Account | undefined
  const session = (registry: string) => createSession(registry, account, signal)
  return {
    name: 'tiny',
    version: 'of this demo',
    login: (registry, given) =>
      tell(`tiny login --username ${given.username} ${registry}`, async () => {
        account = given
        await session(registry)('GET', '/v2/', 200)
        return 'Login Succeeded'
      }),
    make: () => [],
    push: (reference) => tell(`tiny push ${reference}`, () => push(image, reference, session)),
    pull: (reference) => tell(`tiny pull ${reference}`, () => pull(reference, session)),
    forget: () => Promise.resolve(),
  }
}

type Ask = (method: string, path: string, expected: number, body?: Blob, type?: string) => Promise<Response>
type Session = (registry: string) => Ask

async function push({ manifest, blobs }: TinyImage, reference: string, session: Session): Promise<string> {
  const { registry, name, tag } = split(reference)
  const ask = session(registry)
  for (const blob of blobs) {
    const begun = await ask('POST', `/v2/${name}/blobs/uploads/`, 202)
    const place = new URL(begun.headers.get('location') ?? '', begun.url)
    place.searchParams.set('digest', blob.digest)
    await ask('PUT', place.pathname + place.search, 201, blob)
  }
  await ask('PUT', `/v2/${name}/manifests/${tag}`, 201, manifest, MANIFEST_TYPE)
  return `${tag}: digest: ${manifest.digest}`
}

async function pull(reference: string, session: Session): Promise<string> {
  const { registry, name, tag } = split(reference)
  const ask = session(registry)
  const bytes = await read(await ask('GET', `/v2/${name}/manifests/${tag}`, 200))
  const digests = new Set(bytes.toString().match(/sha256:[0-9a-f]{64}/g))
  for (const digest of digests) {
    const found = digestOf(await read(await ask('GET', `/v2/${name}/blobs/${digest}`, 200)))
    if (found !== digest) throw new Refused(`${digest} came with the bytes of ${found}`)
  }
  return `Digest: ${digestOf(bytes)}`
}

/** Requests with the token that the registry's challenge asks for. */
function createSession(registry: string, account: Account | undefined, signal: AbortSignal): Ask {
  const origin = `http://${registry}`
  const tokens = new Map<string, string>()
  return async function ask(method, path, expected, body, type = 'application/octet-stream') {
    const repository = /^\/v2\/(.+)\/(?:blobs|manifests)\//.exec(path)?.[1] ?? ''
    const token = tokens.get(repository)
    const response = await fetch(origin + path, {
      method,
      signal,
      headers: {
        accept: MANIFEST_TYPE,
        'content-type': type,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: new Uint8Array(body.bytes) }),
    })
    if (response.status === 401 && token === undefined) {
      await response.body?.cancel()
      tokens.set(
        repository,
        await fetchToken(response.headers.get('www-authenticate') ?? '', account, signal),
      )
      return ask(method, path, expected, body, type)
    }
    if (response.status !== expected) throw await refusal(response)
    return response
  }
}

async function fetchToken(
  challenge: string,
  account: Account | undefined,
  signal: AbortSignal,
): Promise<string> {
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const { realm = '', service = '', scope } = parameters
  const url = new URL(realm)
  url.searchParams.set('service', service)
  if (scope !== undefined) url.searchParams.set('scope', scope)
  const basic = account && Buffer.from(`${account.username}:${account.password}`).toString('base64')
  const response = await fetch(url, {
    signal,
    headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
  })
  if (!response.ok) throw await refusal(response)
  const answer: unknown = await response.json()
  const token = typeof answer === 'object' && answer !== null && 'token' in answer ? answer.token : undefined
  if (typeof token !== 'string') throw new Refused('the token service answered without a token')
  return token
}

/** Said to the person, word for word. */
class Refused extends Error {}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
async function refusal(response: Response): Promise<Refused> {
  const text = await response.text()
  const [, code, message] = /"code":"(\w+)","message":("(?:[^"\\]|\\.)*")/.exec(text) ?? []
  if (code === undefined || message === undefined)
    return new Refused(`${response.status} ${response.statusText}`)
  return new Refused(`${code.toLowerCase()}: ${String(JSON.parse(message))}`)
}

function tell(line: string, work: () => Promise<string>): Command {
  return { line, run: () => work().then(succeeded, failed) }
}

function succeeded(said: string): Ran {
  return { exitCode: 0, stdout: `${said}\n`, stderr: '' }
}

function failed(problem: unknown): Ran {
  return {
    exitCode: 1,
    stdout: '',
    stderr: `${problem instanceof Error ? problem.message : String(problem)}\n`,
  }
}

async function read(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

function split(reference: string): {
  readonly registry: string
  readonly name: string
  readonly tag: string
} {
  const slash = reference.indexOf('/')
  const colon = reference.lastIndexOf(':')
  return {
    registry: reference.slice(0, slash),
    name: reference.slice(slash + 1, colon),
    tag: reference.slice(colon + 1),
  }
}
