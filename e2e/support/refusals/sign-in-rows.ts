/** Credentials that are wrong or dead, and what the token service says of each. */

/** What is tried as a login. */
export const LOGINS = [
  {
    reason: 'another user name',
    says: "this token's user name is `acme`: log in with that",
  },
  {
    reason: 'a secret cut short or mistyped',
    says: 'this token is damaged: a part of it is missing or mistyped',
  },
  {
    reason: 'the password for the console',
    says: 'this is not a token of this server: `docker login` takes an access token, never the password you sign in to the console with',
  },
  {
    reason: 'a deleted token',
    says: 'this token is not known here: it was deleted or replaced, or belongs to another server',
  },
  {
    reason: 'a deactivated token',
    says: 'the token `deactivated` is deactivated: ask an owner to activate it, or for a new one',
  },
  {
    reason: 'an expired token',
    says: 'the token `expired` expired on DAY: ask for a new one',
  },
  {
    reason: 'another name than the registry token’s',
    says: "this token's user name is `disabled`: log in with that",
  },
  {
    reason: 'a registry token that is disabled',
    says: 'the token `disabled` is disabled: ask an owner to enable it, or for a new one',
  },
  {
    reason: 'a registry token’s password that was deleted',
    says: 'this password is not known here: it was deleted or replaced, or belongs to another server',
  },
  {
    reason: 'a registry token’s password that expired',
    says: 'this password of the token `device` expired on DAY: ask an owner to generate a new one',
  },
] as const

/** What ends a login that was good. `end`: the token's label; `refreshed`: told to docker; `signedIn`: to those that keep the secret. */
export const DEAD = [
  {
    end: 'deleted',
    reason: 'the token was deleted',
    refreshed: 'the token of this login was deleted: log in again with a token',
    signedIn: 'this token is not known here: it was deleted or replaced, or belongs to another server',
  },
  {
    end: 'deactivated',
    reason: 'the token was deactivated',
    refreshed: 'the token `deactivated` is deactivated: ask an owner to activate it, or for a new one',
    signedIn: 'the token `deactivated` is deactivated: ask an owner to activate it, or for a new one',
  },
  {
    end: 'expired',
    reason: 'the token expired',
    refreshed: 'the token `expired` expired on DAY: ask for a new one',
    signedIn: 'the token `expired` expired on DAY: ask for a new one',
  },
] as const

export type End = (typeof DEAD)[number]['end']
