/** Why a JWT isn't accepted. For logs and metrics: a client hears `invalid_token` only, and never which of them. */
export type TokenProblem =
  | { readonly type: 'too-long' }
  | { readonly type: 'malformed'; readonly part: 'token' | 'header' | 'payload' | 'signature' }
  | { readonly type: 'encrypted' }
  | { readonly type: 'critical-header' }
  | { readonly type: 'wrong-type' }
  | { readonly type: 'wrong-algorithm' }
  | { readonly type: 'unknown-key' }
  | { readonly type: 'wrong-signature' }
  | { readonly type: 'wrong-claims' }
  | { readonly type: 'wrong-issuer' }
  | { readonly type: 'wrong-audience' }
  | { readonly type: 'wrong-site' }
  | { readonly type: 'not-yet-valid' }
  | { readonly type: 'expired' }
