/** Between the rows that keep signing keys and the keys themselves. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { reseal, seal, unseal, type SealKeys } from '../secrets/seal.ts'
import { parsePublicJwk, publicJwk, thumbprint } from './key-id.ts'
import { signingRow } from './key-rotation.ts'
import type { KeySet, SigningKey, TokenFamily, VerificationKey } from './signing-key.ts'
import type { SigningKeyRow, SigningKeyState } from './signing-key-rows.ts'

/** A new key, sealed; `now` in milliseconds since 1970. */
export function makeSigningKeyRow(
  seals: SealKeys,
  family: TokenFamily,
  state: 'next' | 'active',
  now: number,
): SigningKeyRow {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = thumbprint(publicKey)
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' })
  return {
    kid,
    family,
    state,
    createdAt: now,
    stateSince: now,
    publicJwk: JSON.stringify(publicJwk(publicKey)),
    sealedPrivateKey: seal(seals, purpose(kid), plain),
  }
}

const TRUSTED: readonly SigningKeyState[] = ['next', 'active', 'retiring']

/** The keys of the rows of one family; `undefined` while none is active. Throws where one doesn't open or isn't what it is called. */
export function toKeySet<Family extends TokenFamily>(
  seals: SealKeys,
  family: Family,
  rows: readonly SigningKeyRow[],
): KeySet<Family> | undefined {
  const row = signingRow(rows)
  if (row === undefined) return undefined
  const trusted = rows
    // By name: what a newer version may call a key it trusts no more isn't trusted here either.
    .filter(({ state }) => TRUSTED.includes(state))
    .map((candidate) => verificationKey(family, candidate))
  return {
    family,
    signing: signingKey(seals, family, row),
    verifying: new Map(trusted.map((key) => [key.kid, key])),
  }
}

function verificationKey<Family extends TokenFamily>(
  family: Family,
  row: SigningKeyRow,
): VerificationKey<Family> {
  const publicKey = parsePublicJwk(row.publicJwk)
  // INVARIANT: a key goes by the name computed from it, so that a changed row can't pass for another.
  if (thumbprint(publicKey) !== row.kid)
    throw new Error(`the signing key \`${row.kid}\` doesn't match its name`)
  return { kid: row.kid, family, algorithm: 'ES256', publicKey }
}

function signingKey<Family extends TokenFamily>(
  seals: SealKeys,
  family: Family,
  row: SigningKeyRow,
): SigningKey<Family> {
  if (row.sealedPrivateKey === undefined) throw new Error(`the signing key \`${row.kid}\` has no private key`)
  const opened = unseal(seals, purpose(row.kid), row.sealedPrivateKey)
  if (opened.type === 'error') throw new Error(opened.error.message)
  const privateKey = createPrivateKey({ key: opened.value.reveal(), type: 'pkcs8', format: 'der' })
  return { ...verificationKey(family, row), privateKey }
}

/** The row with its private key sealed by the current seal key; `undefined` where it is, or where there is none. */
export function resealedRow(seals: SealKeys, row: SigningKeyRow): SigningKeyRow | undefined {
  if (row.sealedPrivateKey === undefined) return undefined
  const resealed = reseal(seals, purpose(row.kid), row.sealedPrivateKey)
  if (resealed.type === 'error') throw new Error(resealed.error.message)
  return resealed.value === row.sealedPrivateKey ? undefined : { ...row, sealedPrivateKey: resealed.value }
}

/** What a signing key is sealed for. */
function purpose(kid: string): string {
  return `signing-key:${kid}`
}
