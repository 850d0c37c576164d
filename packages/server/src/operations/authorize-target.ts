import {
  formatScope,
  type ManifestReference,
  type RepositoryName,
  type Scope,
  type ScopeAction,
} from '@wharden/oci'
import { NEEDED, within, type Resource } from '@wharden/policy'
import { absentOrganization } from '../absent-organization.ts'
import { AppError } from '../errors.ts'
import { authorize, mayDo } from './authorize.ts'
import type { Caller } from './caller.ts'
import type { KnownFacts } from './gather-facts.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

/** What a client wants to do with a repository. */
export type Need = keyof typeof NEEDED

/**
 * What a client is told to ask for. Docker's list tags with a pull token: being asked to pull admits listing. Azure's
 * inspect, and know better.
 */
const TELL: { readonly [Each in Need]: readonly ScopeAction[] } = {
  pull: ['pull'],
  push: ['pull', 'push'],
  delete: ['delete'],
  list: ['pull'],
  inspect: ['metadata_read'],
  change: ['metadata_write'],
}

/** The scope that a token must be asked for to do this. */
export function scopeFor(name: RepositoryName, need: Need): Scope {
  return { type: 'repository', name, actions: TELL[need] }
}

/**
 * Whether the caller may do this to the target: 401 if the token wasn't asked for it (the client comes back with more),
 * then whatever `decide` says. Nothing about what exists is said before.
 * @throws {AppError} `credential-invalid` or `scope-needed` with the scope to ask for; `denied`
 */
export async function authorizeTarget(
  house: House,
  caller: Caller,
  target: Target,
  need: Need,
  reference?: ManifestReference,
): Promise<void> {
  const resource = resourceOf(target, reference)
  const known = { repository: target.type === 'ours' ? target.repository : undefined }
  if (!wasAsked(caller, target, need)) {
    // Nobody at all may still do what everybody may.
    if (caller.principal.type === 'anonymous' && (await mayAll(house, caller, need, resource, known))) return
    throw askFor(caller, [scopeFor(target.asked, need)])
  }
  try {
    for (const action of NEEDED[need]) await authorize(house, caller, action, resource, known)
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'denied') throw cause
    throw cause.telling({ scopes: [scopeFor(target.asked, need)] })
  }
}

/**
 * Whether the caller may read a blob's source repository.
 * `orAskFor`: readable, but not asked for: throw `scope-needed` with this target's push scope and the source's.
 */
export async function mayPull(
  house: House,
  caller: Caller,
  source: Target,
  { orAskFor }: { readonly orAskFor?: Target; readonly whateverAsked?: true },
): Promise<boolean> {
  const known = { repository: source.type === 'ours' ? source.repository : undefined }
  if (!(await mayAll(house, caller, 'pull', resourceOf(source), known))) return false
  if (orAskFor === undefined || wasAsked(caller, source, 'pull')) return true
  throw askFor(caller, [scopeFor(orAskFor.asked, 'push'), scopeFor(source.asked, 'pull')])
}

/** Whether everything that `need` takes is allowed; nothing is recorded. */
export async function mayAll(
  house: House,
  caller: Caller,
  need: Need,
  resource: Resource,
  known: KnownFacts,
): Promise<boolean> {
  for (const action of NEEDED[need]) if (!(await mayDo(house, caller, action, resource, known))) return false
  return true
}

function wasAsked({ asked }: Caller, target: Target, need: Need): boolean {
  return asked === 'everything' || NEEDED[need].every((action) => within(asked, action, target.asked))
}

function askFor({ principal }: Caller, scopes: readonly Scope[]): AppError {
  if (principal.type === 'anonymous')
    return new AppError('credential-invalid', 'authentication required', { scopes })
  const wanted = scopes.map((scope) => `\`${formatScope(scope)}\``).join(' and ')
  return new AppError('scope-needed', `this token was not asked for ${wanted}: ask for one that is`, {
    scopes,
  })
}

/** What `decide` is asked about. */
export function resourceOf(target: Target, reference?: ManifestReference): Resource {
  if (target.type === 'upstream') return { type: 'upstream', host: target.host, name: target.name, reference }
  if (target.type === 'nowhere') {
    // No grant holds it, so the answer is the stranger's.
    const organization = absentOrganization(target.organization)
    return { type: 'repository', organization, repository: undefined, name: target.name, reference }
  }
  const { organization, repository, name } = target
  return { type: 'repository', organization: organization.id, repository: repository?.id, name, reference }
}
