import { createPublicKey, verify } from 'node:crypto'

type Head = { readonly chain: unknown; readonly events: number | null; readonly head: string | null }

/**
 * Why a signed head (a compact JWS, ES256, https://www.rfc-editor.org/rfc/rfc7515) doesn't vouch for these events; nothing if
 * it does.
 * @param keys a JSON Web Key Set
 */
export function faultOfSignature(signed: unknown, expected: Head, keys: unknown): string | undefined {
  const [header = '', payload = '', signature = ''] = String(signed).split('.')
  const { typ, alg, kid } = decoded(header)
  if (typ !== 'whd-audit-head+jwt' || alg !== 'ES256') return 'the signature is not that of an audit head'
  const key = keyNamed(kid, keys)
  if (key === undefined)
    return `the key that signed it, \`${String(kid)}\`, is not among those given; keys are replaced every few months`
  const valid = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!valid) return 'the signature of the head is wrong'
  const { chain, events, head } = decoded(payload)
  const same = chain === expected.chain && events === expected.events && head === expected.head
  return same ? undefined : 'what was signed is the head of other events than these'
}

function keyNamed(kid: unknown, keys: unknown): Readonly<Record<string, unknown>> | undefined {
  const list: unknown = typeof keys === 'object' && keys !== null ? Reflect.get(keys, 'keys') : undefined
  const found: unknown = Array.isArray(list)
    ? list.find((key: unknown) => typeof key === 'object' && key !== null && Reflect.get(key, 'kid') === kid)
    : undefined
  return typeof found === 'object' && found !== null ? { ...found } : undefined
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
