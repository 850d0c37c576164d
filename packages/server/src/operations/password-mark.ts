import { hash } from 'node:crypto'

/** Tells a credential's passwords apart, and nothing about them. @param secret its SHA-256 */
export function passwordMark(secret: Uint8Array): string {
  return hash('sha256', secret, 'base64url').slice(0, 12)
}
