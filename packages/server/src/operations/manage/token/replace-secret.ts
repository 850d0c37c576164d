import { AppError } from '../../../errors.ts'
import { mintSecret, type MintedSecret, type SecretKind } from '../../../identity/secret.ts'
import type { CredentialRecord, SecretSlot } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { House } from '../../house.ts'
import { instant } from '../time.ts'
import { issuedView } from './issued-view.ts'
import { isToken, type TokenKind, type TokenRecord } from './token-kind.ts'
import { unknownToken } from './token.ts'

/** Whose secrets can be replaced. */
type Kind = TokenKind | 'service-principal'

type Of<Each extends Kind> = CredentialRecord & { readonly kind: Each }

const SECRETS: { readonly [Each in Kind]: SecretKind } = {
  pat: 'pat',
  oat: 'oat',
  'registry-token': 'rgt',
  'service-principal': 'spn',
}

export type Replaced<Each extends Kind = TokenKind> = {
  readonly token: Of<Each>
  readonly slot: SecretSlot
  readonly secret: MintedSecret
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined
  readonly previousUntil: number
}

/**
 * The part of a change that gives a token a new secret in place of one, which holds for so long yet. The new one ends when the
 * old one would have, and may do what the token may: nothing of it is widened.
 */
export async function replaceSecret<Each extends Kind>(
  tx: ChangeNouns,
  token: Of<Each>,
  slot: SecretSlot,
  until: number,
): Promise<Replaced<Each>> {
  const secret = mintSecret(SECRETS[token.kind])
  const after = await tx.credentials.replaceSecret(token.id, slot, Buffer.from(secret.hash, 'hex'), until)
  if (after === undefined) throw unknownToken(token.id)
  const present = (await tx.credentials.secrets(token.id)).find((one) => one.slot === slot)
  const ends = [until, present?.expiresAt, token.expiresAt].filter((end) => end !== undefined)
  return {
    token: { ...after, kind: token.kind },
    slot,
    secret,
    expiresAt: present?.expiresAt,
    previousUntil: Math.min(...ends),
  }
}

/** As at its creation: the new secret, shown once, and until when the one before it holds. */
export async function replacedView(
  house: House,
  { token, slot, secret, expiresAt, previousUntil }: Replaced,
  now: number,
) {
  const shown = [{ slot, secret, expiresAt: expiresAt ?? token.expiresAt }]
  return { ...(await issuedView(house, token, shown, now)), previousUntil: instant(previousUntil) }
}

/** The token as it is in the change, able to be given a new secret. @throws {AppError} `conflict` */
export async function requireReplaceable(tx: ChangeNouns, token: TokenRecord, now: number) {
  const present = await tx.credentials.byId(token.id)
  if (present === undefined || !isToken(present)) throw unknownToken(token.id)
  requireAlive(present, 'token', now)
  return present
}

/** What each is called that is switched off, and how it is switched on: for a service principal in Azure's words. */
const OFF = {
  token: { state: 'deactivated', undo: 'activate' },
  'service principal': { state: 'disabled', undo: 'enable' },
} as const

/** What has ended or was deactivated gets no new secret. @throws {AppError} `conflict` */
export function requireAlive(
  { expiresAt, status }: CredentialRecord,
  what: keyof typeof OFF,
  now: number,
): void {
  const ended = expiresAt !== undefined && expiresAt <= now
  if (!ended && status === 'active') return
  const { state, undo } = OFF[what]
  throw new AppError(
    'conflict',
    ended
      ? `this ${what} has expired: it gets no new secret; create a new one`
      : `this ${what} is ${state}: it gets no new secret; ${undo} it first, or create a new one`,
  )
}
