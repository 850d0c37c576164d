import type { Secret } from '@wharden/system'
import { AppError } from '../errors.ts'
import { parseSecret, SECRET_KINDS, type PresentedSecret, type SecretKind } from '../identity/secret.ts'
import type { Context } from '../context.ts'
import type { CredentialRecord, SecretRecord } from '../stores/metadata/port/credentials.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'
import { passwordMark } from './password-mark.ts'
import { provenUnder } from './session-version.ts'

/** A name and what is said to be its secret, as Basic or a form brings them. */
export type NameAndSecret = { readonly name: string; readonly secret: Secret }

/**
 * Proves a secret of ours. Nothing is said about an account until the secret itself has matched; from then on the
 * message helps: wrong name, deactivated, expired.
 * @throws {AppError} `credential-invalid`
 */
export async function authenticate(
  house: House,
  context: Context,
  { name, secret }: NameAndSecret,
): Promise<KnownCredential> {
  const presented = parseSecret(secret.reveal())
  if (presented === undefined) throw new AppError('credential-invalid', notOurs(secret))
  const known = await knownBySecret(house, context, presented)
  if (!SECRET_KINDS[presented.kind].basicPassword)
    throw new AppError(
      'credential-invalid',
      `a ${SECRET_KINDS[presented.kind].name} is no password: use a personal, organization or registry token`,
    )
  const expected = await loginName(house, known)
  if (name !== expected) {
    throw new AppError('credential-invalid', otherName(known.record, expected))
  }
  return use(house, context, alive(context, known))
}

/**
 * As `authenticate`, for secrets sent as bearer tokens to the administration API: no name goes with them.
 * @throws {AppError} `credential-invalid`
 */
export async function authenticateSecret(
  house: House,
  context: Context,
  secret: Secret,
): Promise<KnownCredential> {
  const presented = parseSecret(secret.reveal())
  if (presented === undefined) throw new AppError('credential-invalid', notOurs(secret))
  return use(house, context, alive(context, await knownBySecret(house, context, presented)))
}

function otherName({ kind }: CredentialRecord, expected: string): string {
  return kind === 'service-principal'
    ? `this is the secret of the client id \`${expected}\`: log in with that as the user name`
    : `this token's user name is \`${expected}\`: log in with that`
}

/** What a secret is called that nobody was given. */
const UNKNOWN: { readonly [Kind in SecretKind]?: string } = { rgt: 'password', spn: 'client secret' }

async function knownBySecret(
  house: House,
  context: Context,
  { hash, kind }: PresentedSecret,
): Promise<KnownCredential> {
  const found = await house.caches.secrets.get(hash)
  const known = found === undefined ? undefined : await house.caches.credentials.get(found.credential)
  if (found === undefined || known === undefined) {
    throw new AppError(
      'credential-invalid',
      kind === 'ses'
        ? 'this sign-in is not known here: it was ended, or belongs to another server; sign in again with `wharden login`'
        : `this ${UNKNOWN[kind] ?? 'token'} is not known here: it was deleted or replaced, or belongs to another server`,
    )
  }
  if (found.expiresAt !== undefined && found.expiresAt <= context.now)
    throw new AppError('credential-invalid', secretEnded(known.record, found, found.expiresAt))
  const { sessionVersion: version } = known.record
  if (known.passwords !== undefined)
    return provenUnder(known, { version, password: passwordMark(Buffer.from(hash, 'hex')) })
  return found.slot === 'previous' ? provenUnder(known, { version: version - 1 }) : known
}

/** Sessions and most tokens end with their only secret; a registry token may outlive a password. */
function secretEnded(record: CredentialRecord, { slot }: SecretRecord, at: number): string {
  if (slot === 'previous')
    return `this secret of the ${nameOf(record)} was replaced, and ended on ${day(at)}: use the new one`
  const outlived = record.expiresAt === undefined || record.expiresAt > at
  if (record.kind === 'registry-token' && outlived)
    return `this password of the token \`${record.name}\` expired on ${day(at)}: ask an owner to generate a new one`
  return expired(record, at)
}

function expired(record: CredentialRecord, at: number): string {
  return record.kind === 'session'
    ? `your sign-in ended on ${day(at)}: sign in again with \`wharden login\``
    : `the ${nameOf(record)} expired on ${day(at)}: ask for a new one`
}

function nameOf({ kind, name }: CredentialRecord): string {
  return `${kind === 'service-principal' ? 'service principal' : 'token'} \`${name}\``
}

/** The user's name, the organization's, a registry token's own, or a service principal's client id. */
async function loginName(house: House, { record, owner }: KnownCredential): Promise<string> {
  if (record.kind === 'registry-token') return record.name
  if (record.kind === 'service-principal') return record.id
  if (owner !== undefined) return owner.name
  const organization =
    record.organization === undefined
      ? undefined
      : await house.caches.organizationsById.get(record.organization)
  return organization?.name ?? record.name
}

/**
 * Signing in with a dead credential says why; what a living one may do is `decide`'s to say.
 * @throws {AppError} `credential-invalid`
 */
export function alive(context: Context, known: KnownCredential): KnownCredential {
  const { fact, record, owner } = known
  if (fact.type === 'disabled') {
    const whose = owner === undefined ? 'of this token' : `\`${owner.name}\``
    throw new AppError(
      'credential-invalid',
      `the user ${whose} is disabled: ask an installation administrator to enable them again`,
    )
  }
  if (fact.type !== 'active') {
    // In Azure's words where it is one of Azure's.
    const azures = record.kind === 'registry-token' || record.kind === 'service-principal'
    const [state, undo] = azures ? ['disabled', 'enable'] : ['deactivated', 'activate']
    throw new AppError(
      'credential-invalid',
      `the ${nameOf(record)} is ${state}: ask an owner to ${undo} it, or for a new one`,
    )
  }
  if (fact.expires !== undefined && fact.expires <= context.now) {
    throw new AppError('credential-invalid', expired(record, fact.expires))
  }
  return known
}

export function use(house: House, context: Context, known: KnownCredential): KnownCredential {
  house.recorder.used(known.record.id, context.now, context.address)
  return known
}

function notOurs(secret: Secret): string {
  const text = secret.reveal()
  if (text.startsWith('whd_')) return 'this token is damaged: a part of it is missing or mistyped'
  return 'this is not a token of this server: `docker login` takes an access token, never the password you sign in to the console with'
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}
