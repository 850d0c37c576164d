/** What there is to say of a client's words. */
import type { Builder } from '../clients/client.ts'
import type { Release } from '../release.ts'

export type Teller = Builder

export type Act = 'pull' | 'push' | 'build' | 'login'

/** `HOST/REPOSITORY:TAG` */
export type Reference = { readonly host: string; readonly repository: string; readonly tag: string }

/** What all of them print, or what each prints from that release on: one that isn't named prints what the last did. */
export type Text = string | { readonly [Name in Release]?: string }

export type Texts = { readonly [Each in Act]?: { readonly [Name in Teller]?: Text } }

/**
 * `denied`: by a decision, 403 of the registry; `denied manifest`: of a push whose layers were taken.
 * `limited`: 429 of the registry. `unauthorized`: a dead credential, 401 of the token service (403 for docker's login).
 */
export type Answer = 'denied' | 'denied manifest' | 'limited' | 'unauthorized'
