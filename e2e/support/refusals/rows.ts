/** Every reason to refuse that there is now, with the whole message: what follows are claims, and a page of the guides. */
import type { Who } from './cast.ts'

export type Row = {
  readonly reason: string
  readonly who: Who
  /** Below the registry's host. */
  readonly reference: string
  /** Without the decision that ends it. */
  readonly says: string
}

/** For pulls, and for builds that begin with one. */
export const PULLS: readonly Row[] = [
  {
    reason: 'no grant, private repository',
    who: 'elsewhere',
    reference: 'acme/private:1',
    says: 'pull access denied: organization access token `elsewhere` may not read acme/private:1; ask an owner of acme to add content/read on private to it',
  },
  {
    reason: 'no grant, no such repository',
    who: 'elsewhere',
    reference: 'acme/absent:1',
    says: 'pull access denied: organization access token `elsewhere` may not read acme/absent:1; ask an owner of acme to add content/read on absent to it',
  },
  {
    reason: 'no grant, no such organization',
    who: 'elsewhere',
    reference: 'nowhere/private:1',
    says: 'pull access denied: organization access token `elsewhere` may not read nowhere/private:1; ask an owner of nowhere to add content/read on private to it',
  },
  {
    reason: 'no grant, personal token',
    who: 'laptop',
    reference: 'acme/private:1',
    says: 'pull access denied: personal access token `laptop` may not read acme/private:1; no role or group of its user gives anything there; ask an owner of acme for access, or for a group that has it',
  },
  {
    reason: 'no member, personal token',
    who: 'laptop',
    reference: 'closed/private:1',
    says: 'pull access denied: personal access token `laptop` may not read closed/private:1; its user is no member of closed; ask an owner of closed for an invite',
  },
  {
    reason: 'no such organization, personal token',
    who: 'laptop',
    reference: 'nowhere/private:1',
    says: 'pull access denied: personal access token `laptop` may not read nowhere/private:1; its user is no member of nowhere; ask an owner of nowhere for an invite',
  },
  {
    reason: 'token may read metadata only',
    who: 'inspector',
    reference: 'acme/private:1',
    says: 'pull access denied: token `inspector` may not read acme/private:1; it may: metadata/read; ask an owner of acme to add content/read on private to its scope map',
  },
  {
    reason: 'token may write only',
    who: 'write-only',
    reference: 'acme/private:1',
    says: 'pull access denied: token `write-only` may not read acme/private:1; it may: content/write, but a push needs to read as well; ask an owner of acme to add content/read on private to its scope map',
  },
  {
    reason: 'scope map was deleted',
    who: 'mapless',
    reference: 'acme/private:1',
    says: 'pull access denied: token `mapless` may not read acme/private:1; its scope map was deleted; ask an owner of acme to give it another',
  },
  {
    reason: 'not signed in, private repository',
    who: 'nobody',
    reference: 'acme/private:1',
    says: 'pull access denied: an anonymous client may not read acme/private:1; sign in with `docker login` and try again',
  },
  {
    reason: 'not signed in, sign-in policy',
    who: 'nobody',
    reference: 'closed/public:1',
    says: 'sign-in required: organization closed refuses anonymous clients; sign in with `docker login` and try again',
  },
  {
    reason: 'address not in the token’s list',
    who: 'distant',
    reference: 'acme/private:1',
    says: 'access denied: organization access token `distant` may not be used from 10.99.0.1; use it from an address that it allows, or ask whoever made it to allow this one',
  },
  {
    reason: 'image category',
    who: 'gateway',
    reference: 'docker.io/evil/app:1',
    says: 'image access denied: community images not allowed; docker.io/evil/app:1 is one, and organization acme allows only official, verified publisher and its own images; ask an owner of acme for an exception',
  },
  {
    reason: 'image category, a person',
    who: 'laptop',
    reference: 'docker.io/evil/app:1',
    says: 'image access denied: community images not allowed; docker.io/evil/app:1 is one, and organization acme allows only official, verified publisher and its own images; ask an owner of acme for an exception',
  },
  {
    reason: 'image rule',
    who: 'gateway',
    reference: 'docker.io/library/nginx:1.25',
    says: 'image access denied: docker.io/library/nginx:1.25 not allowed; rule `old-nginx` of organization acme denies it (use 1.31 or later); ask an owner of acme for an exception',
  },
  {
    reason: 'registry access',
    who: 'gateway',
    reference: 'quay.io/team/app:1',
    says: 'registry access denied: quay.io is not allowed by organization acme; none of its rules allows pulling from it; ask an owner of acme to allow it',
  },
  {
    reason: 'locked repository',
    who: 'writer',
    reference: 'acme/locked:1',
    says: 'pull access denied: acme/locked:1 is locked; readEnabled is off for the repository, which forbids reading it; ask somebody with metadata/write on it to switch that on',
  },
  {
    reason: 'locked tag',
    who: 'writer',
    reference: 'acme/partly:tag',
    says: 'pull access denied: acme/partly:tag is locked; readEnabled is off for the tag, which forbids reading it; ask somebody with metadata/write on it to switch that on',
  },
  {
    reason: 'locked manifest',
    who: 'writer',
    reference: 'acme/partly:manifest',
    says: 'pull access denied: acme/partly:manifest is locked; readEnabled is off for the manifest, which forbids reading it; ask somebody with metadata/write on it to switch that on',
  },
]

export const PUSHES: readonly Row[] = [
  {
    reason: 'token may read only',
    who: 'reader',
    reference: 'acme/private:2',
    says: 'push access denied: organization access token `reader` may not write to acme/private; it may: content/read, metadata/read; ask an owner of acme to add content/write on private to it',
  },
  {
    reason: 'personal token may read only',
    who: 'owner',
    reference: 'acme/private:2',
    says: 'push access denied: personal access token `owner` may not write to acme/private; it may: content/read, metadata/read; use a token with a wider scope, or ask an owner of acme for access',
  },
  {
    reason: 'token may write only',
    who: 'write-only',
    reference: 'acme/private:2',
    says: 'pull access denied: token `write-only` may not read acme/private; it may: content/write, but a push needs to read as well; ask an owner of acme to add content/read on private to its scope map',
  },
  {
    reason: 'token may read metadata only',
    who: 'inspector',
    reference: 'acme/private:2',
    says: 'push access denied: token `inspector` may not write to acme/private; it may: metadata/read; ask an owner of acme to add content/read and content/write on private to its scope map',
  },
  {
    reason: 'scope map was deleted',
    who: 'mapless',
    reference: 'acme/private:2',
    says: 'push access denied: token `mapless` may not write to acme/private; its scope map was deleted; ask an owner of acme to give it another',
  },
  {
    reason: 'no grant, private repository',
    who: 'elsewhere',
    reference: 'acme/private:2',
    says: 'push access denied: organization access token `elsewhere` may not write to acme/private; ask an owner of acme to add content/write on private to it',
  },
  {
    reason: 'no grant, no such repository',
    who: 'elsewhere',
    reference: 'acme/absent:2',
    says: 'push access denied: organization access token `elsewhere` may not write to acme/absent; ask an owner of acme to add content/write on absent to it',
  },
  {
    reason: 'no grant, no such organization',
    who: 'elsewhere',
    reference: 'nowhere/private:2',
    says: 'push access denied: organization access token `elsewhere` may not write to nowhere/private; ask an owner of nowhere to add content/write on private to it',
  },
  {
    reason: 'not signed in, public repository',
    who: 'nobody',
    reference: 'open/public:2',
    says: 'push access denied: an anonymous client may not write to open/public; it may: content/read, metadata/read; sign in with `docker login` and try again',
  },
  {
    reason: 'address not in the token’s list',
    who: 'distant',
    reference: 'acme/private:2',
    says: 'access denied: organization access token `distant` may not be used from 10.99.0.1; use it from an address that it allows, or ask whoever made it to allow this one',
  },
  {
    reason: 'another registry',
    who: 'gateway',
    reference: 'docker.io/library/nginx:2',
    says: 'push access denied: organization access token `gateway` may not write to docker.io/library/nginx; it may: content/read, metadata/read; push to a repository of your organization: other registries are only pulled from here',
  },
  {
    reason: 'locked repository',
    who: 'writer',
    reference: 'acme/locked:2',
    says: 'push access denied: acme/locked is locked; writeEnabled is off for the repository, which forbids changing it; ask somebody with metadata/write on it to switch that on',
  },
]

/** Pushes whose layers are taken: what is refused is the manifest, at the very end. */
export const MANIFEST_PUSHES: readonly Row[] = [
  {
    reason: 'locked tag',
    who: 'writer',
    reference: 'acme/partly:fixed',
    says: 'push access denied: acme/partly:fixed is locked; writeEnabled is off for the tag, which forbids changing it; ask somebody with metadata/write on it to switch that on',
  },
]
