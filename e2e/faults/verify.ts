/** Compares what the servers say with what they acknowledged. */
import { digestOf, OCI_MANIFEST } from '../../packages/server/test/images.ts'
import type { Login } from '../../packages/server/test/client.ts'
import type { KeptImage, KeptTag, KeptToken, Ledger } from './ledger.ts'
import type { StubbornClient } from './stubborn-client.ts'

type Reader = { readonly client: StubbornClient; readonly login: Login }

/** @param last only so many of each kind, the newest; all where it is left out */
export async function verifyLedger(reader: Reader, ledger: Ledger, last = Infinity): Promise<void> {
  const check = async (what: string, claim: () => Promise<string | undefined>) => {
    const problem = await claim().catch((thrown: unknown) => String(thrown))
    if (problem !== undefined) ledger.problems.push(`${what}: ${problem}`)
  }
  for (const kept of newest(ledger.images, last)) await check(kept.digest, () => verifyImage(reader, kept))
  for (const kept of newest(ledger.tokens, last))
    await check(`token ${kept.id}`, () => verifyToken(reader, kept))
  for (const kept of ledger.tags) await check(`${kept.repository}:${kept.tag}`, () => verifyTag(reader, kept))
}

function newest<Item>(items: readonly Item[], last: number): readonly Item[] {
  return items.slice(-Math.min(last, items.length || 1))
}

/** Whatever can be seen is whole, and has to be seen or not by what was acknowledged. */
async function verifyImage(reader: Reader, kept: KeptImage): Promise<string | undefined> {
  const before = kept.state
  const manifest = await get(reader, kept.repository, `manifests/${kept.digest}`)
  // Another worker may have gone on meanwhile.
  if (kept.state !== before) return undefined
  if (manifest === undefined) return before === 'there' ? 'was acknowledged, and is lost' : undefined
  if (before === 'gone') return 'was deleted, and is back'
  for (const digest of kept.blobs) {
    const blob = await get(reader, kept.repository, `blobs/${digest}`)
    if (blob === undefined && kept.state === before) return `can be seen without its blob ${digest}`
    if (blob !== undefined && digestOf(blob) !== digest) return `the bytes of ${digest} are others`
  }
  return digestOf(manifest) === kept.digest ? undefined : 'the manifest is another'
}

async function verifyTag(reader: Reader, kept: KeptTag): Promise<string | undefined> {
  const { acknowledged } = kept
  const possible = [acknowledged, ...kept.asked]
  const manifest = await get(reader, kept.repository, `manifests/${kept.tag}`)
  if (kept.acknowledged !== acknowledged) return undefined
  const shown = manifest === undefined ? undefined : digestOf(manifest)
  const since = [...possible, ...kept.asked]
  return since.includes(shown) ? undefined : `shows ${shown}, and not ${since.join(' or ')}`
}

async function verifyToken({ client }: Reader, kept: KeptToken): Promise<string | undefined> {
  const before = kept.state
  const token = await client.token({ login: kept.login, scope: 'registry:catalog:*' })
  if (kept.state !== before) return undefined
  if (before === 'alive') return token === undefined ? 'was given, and is refused' : undefined
  return before === 'dead' && token !== undefined ? 'was revoked, and works' : undefined
}

async function get({ client, login }: Reader, name: string, path: string): Promise<Buffer | undefined> {
  const by = { login, scope: `repository:${name}:pull` }
  const headers = { accept: OCI_MANIFEST }
  const answer = await client.again('GET', `/v2/${name}/${path}`, { by, headers })
  if (answer.status === 200) return answer.body
  if (answer.status === 404) return undefined
  throw new Error(`${path}: ${answer.status} ${answer.text}`)
}
