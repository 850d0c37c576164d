/**
 * What tokens cost on one core: `node bench/tokens.ts [seconds per row]`. A few hundred rounds warm each row up.
 * The registry asks for a verification at every request (from memory, but for the first with a token), the token service signs one per login.
 */
import { generateKeyPairSync } from 'node:crypto'
import { parseAccessClaims, type AccessClaims } from '@wharden/oci'
import { accessTokenVerifier, signAccessToken } from '../packages/server/src/identity/access-token.ts'
import { thumbprint } from '../packages/server/src/identity/key-id.ts'
import { mintSecret, parseSecret } from '../packages/server/src/identity/secret.ts'
import type { KeySet, SigningKey } from '../packages/server/src/identity/signing-key.ts'

const SECONDS = Number(process.argv[2] ?? 2)
const NOW = Date.UTC(2026, 10, 21)
const EXPECTED = {
  issuer: 'wharden.example.com',
  audience: 'registry.example.com',
  site: 'registry.example.com',
}

const keys = makeKeys()
const claims = makeClaims()
const token = signAccessToken(keys.signing, claims)
const tokens = Array.from({ length: 5000 }, (_, id) =>
  signAccessToken(keys.signing, { ...claims, jti: `t${id}` }),
)
const secret = mintSecret('pat').text.reveal()
const fresh = accessTokenVerifier(() => keys, { tokens: 1, characters: 1 })
const warm = accessTokenVerifier(() => keys)
for (const one of tokens) warm(one, EXPECTED, NOW)

const rows: readonly (readonly [string, (round: number) => unknown])[] = [
  ['sign an access token', () => signAccessToken(keys.signing, claims)],
  ['verify one, signature and claims', () => fresh(token, EXPECTED, NOW)],
  [
    'verify one again, of 5,000 remembered',
    (round) => warm(tokens[round % tokens.length] ?? '', EXPECTED, NOW),
  ],
  ['recognize and hash a secret', () => parseSecret(secret)],
  ['turn away a made-up secret', () => parseSecret('whd_pat_000000000000000000000000000000000000')],
]
for (const [name, work] of rows) {
  const perSecond = measure(work)
  console.log(`${name.padEnd(40)}${Math.round(perSecond).toLocaleString('en').padStart(12)} /s`)
}

function measure(work: (round: number) => unknown): number {
  for (let round = 0; round < 300; round++) work(round)
  const start = performance.now()
  let rounds = 0
  while (performance.now() - start < SECONDS * 1000) for (let inner = 0; inner < 100; inner++) work(rounds++)
  return (rounds / (performance.now() - start)) * 1000
}

function makeKeys(): KeySet<'access'> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = thumbprint(publicKey)
  const signing: SigningKey<'access'> = { kid, family: 'access', algorithm: 'ES256', publicKey, privateKey }
  return { family: 'access', signing, verifying: new Map([[kid, signing]]) }
}

function makeClaims(): AccessClaims {
  const now = NOW / 1000
  const asked = [{ type: 'repository', name: 'samples/nginx', actions: ['pull', 'push'] }]
  const whd = { credential: 'cred_01JD3X8Z5Q', version: 3, site: EXPECTED.site, asked }
  const times = { exp: now + 300, nbf: now, iat: now }
  const made = parseAccessClaims({
    iss: EXPECTED.issuer,
    aud: EXPECTED.audience,
    sub: 'alice',
    ...times,
    jti: '0',
    access: [],
    whd,
  })
  if (made === undefined) throw new Error('the claims are malformed')
  return made
}
