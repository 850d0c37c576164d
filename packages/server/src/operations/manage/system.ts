import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '@wharden/system'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { instant } from './time.ts'

/** Read once, from where npm has it too. */
const VERSION = versionIn(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

function versionIn(text: string): string {
  const parsed: unknown = JSON.parse(text)
  const known =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined
  return typeof known === 'string' ? known : '0.0.0'
}

export function showVersion() {
  return { product: 'wharden' as const, version: VERSION, api: 'v1' as const }
}

/** What a machine needs to trust this server. All of it is public. */
export async function showTrust(house: House) {
  const { origin, authority } = house.sites().advertised
  const configured = house.config.origins
    .filter(({ protocol }) => protocol === 'https:')
    .map(({ host }) => host)
  const own = origin.startsWith('https://') ? [authority] : []
  return {
    certificateAuthority: await builtInAuthority(house),
    registries: [...new Set([...own, ...configured])],
  }
}

/** The certificate of the built-in authority lies beside its key, which stays where it is. */
async function builtInAuthority({ config }: House) {
  if (config.httpsPort === undefined || config.tlsCertificate !== undefined) return null
  const folder = config.host.replace(/^\[|\]$/g, '').replaceAll(':', '-')
  const pem = await readIfThere(join(config.dataDirectory, 'certificates', folder, 'ca.crt'))
  if (pem === undefined) return null
  const sha256 = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
  return { pem, sha256 }
}

type Status = 'ok' | 'warning' | 'failed' | 'skipped'
type Check = { name: string; status: Status; detail: string; advice: string | null }

const started = Date.now() - performance.now()

/** How the server is, one line for each thing it stands on. */
export async function showHealth(house: House, caller: Caller) {
  await authorize(house, caller, 'installation/read', { type: 'installation' })
  const checks = [
    await database(house),
    await space(house),
    changes(house),
    activity(house),
    keys(house),
    clock(house),
  ]
  const worst = (['failed', 'warning'] as const).find((status) =>
    checks.some((check) => check.status === status),
  )
  return { status: worst ?? ('ok' as const), version: VERSION, startedAt: instant(started), checks }
}

async function database({ store }: House): Promise<Check> {
  const name = 'database'
  const before = performance.now()
  try {
    await store.ping()
  } catch {
    return failed(
      name,
      `${store.type} does not answer`,
      'see that it runs and can be reached; the log says more',
    )
  }
  return ok(name, `${store.type} answers in ${Math.ceil(performance.now() - before)} ms`)
}

async function space({ blobs, config }: House): Promise<Check> {
  const name = 'disk'
  const free = await blobs.freeSpace()
  if (free === Number.POSITIVE_INFINITY) return ok(name, 'no bound is known')
  const detail = `${Math.floor(free / 2 ** 20)} MiB free`
  if (free < config.minimumFreeBytes)
    return failed(name, detail, 'uploads are refused: free some space, or lower WHARDEN_MINIMUM_FREE_BYTES')
  if (free < 4 * config.minimumFreeBytes)
    return warning(name, detail, 'free some space: uploads are refused when less is left')
  return ok(name, detail)
}

function changes({ generation, store }: House): Check {
  const name = 'changes'
  const behind = store.changes.unconfirmedFor()
  if (generation.confirmed())
    return ok(name, behind === 0 ? 'heard at once' : `last heard ${Math.round(behind)} ms ago`)
  return failed(
    name,
    `nothing heard for ${behind} ms: everything is refused`,
    'see that the database can be reached',
  )
}

function activity({ recorder }: House): Check {
  const name = 'activity log'
  const dropped = recorder.dropped()
  if (dropped === 0) return ok(name, 'nothing was dropped')
  return warning(
    name,
    `${dropped} entries were dropped since the start`,
    'more happens than can be written: see what floods the server',
  )
}

function keys({ identity }: House): Check {
  const { keys: published } = identity.jwks()
  return ok('signing keys', `${published.length} published`)
}

function clock({ clock: now }: House): Check {
  const year = new Date(now()).getUTCFullYear()
  if (year >= 2025 && year < 2100) return ok('clock', instant(now()))
  return failed('clock', instant(now()), 'set the machine’s clock: tokens can not be valid')
}

function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, advice: null }
}

function warning(name: string, detail: string, advice: string): Check {
  return { name, status: 'warning', detail, advice }
}

function failed(name: string, detail: string, advice: string): Check {
  return { name, status: 'failed', detail, advice }
}
