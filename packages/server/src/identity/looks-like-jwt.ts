/** Whether a text has a JWT's form (RFC 7519 §3, compact JWS): three parts of base64url. Says nothing of its worth. */
export function looksLikeJwt(text: string): boolean {
  return text.length <= 8_192 && /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text)
}
