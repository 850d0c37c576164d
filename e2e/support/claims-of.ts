type Claims = {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly exp: number
  readonly iat: number
  readonly access: readonly object[]
}

/** What a registry's token says; its signature is the registry's to verify. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
