import type { Action } from '@wharden/policy'

/**
 * Who may call an operation. It is written here for readers, the reference, and the tests that walk every operation as
 * nobody and as another organization; the enforcement stands in the operation itself, which names its action again.
 *
 * `on: 'organization'` means the input's `organization`; where that field may be absent, absent means the installation.
 * `on: 'token'` means the organization the token belongs to; a personal token is its user's own affair.
 */
export type Access =
  | { readonly type: 'public' }
  | { readonly type: 'signed-in' }
  | {
      readonly type: 'action'
      readonly action: Action
      readonly on: 'installation' | 'organization' | 'repository' | 'token'
    }

export type ApiMeta = { readonly access: Access }

export const ACCESS = {
  public: { type: 'public' },
  signedIn: { type: 'signed-in' },
} as const satisfies Record<string, Access>

/** Says that an operation needs `action` on what `on` names. */
export function needs(action: Action, on: Extract<Access, { type: 'action' }>['on']): Access {
  return { type: 'action', action, on }
}
