import type { Dialect } from '@wharden/oci'

/**
 * In whose words a request is to be refused: those of who asked for the token it brings. The token is read, not verified:
 * one that has expired is refused in the same words, and nobody gains by being refused in others.
 */
export function dialectOf(authorization: string | undefined): Dialect | undefined {
  const [, payload] = /^bearer [^.]+\.([^.]+)\./i.exec(authorization ?? '') ?? []
  if (payload === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))?.whd?.dialect === 'azure'
      ? 'azure'
      : undefined
  } catch {
    return undefined
  }
}
