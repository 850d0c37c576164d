import type { Action } from './action.ts'
import type { Denial } from './decision.ts'
import type { OrganizationId } from './ids.ts'
import {
  ACTS,
  isRepositoryAction,
  listed,
  organizationName,
  principalName,
  resourceName,
  shorten,
  timeName,
  type Asked,
  type Names,
} from './words.ts'

/** What happened and why, and what to do next. */
export type Sentence = { readonly what: string; readonly next: string }

type Of<Type extends Denial['type']> = Extract<Denial, { type: Type }>

const NOTE_MAX_LENGTH = 160

/**
 * A denial in words. The first ones are Docker's own where it has any, as people search for them:
 * https://docs.docker.com/enterprise/security/hardened-desktop/image-access-management/
 */
export function sentence(denial: Denial, asked: Asked, names: Names): Sentence {
  switch (denial.type) {
    case 'credential':
      return credentialSentence(denial, asked, names)
    case 'address':
      return {
        what: `access denied: ${principalName(asked, names)} may not be used from ${denial.client}`,
        next: 'use it from an address that it allows, or ask whoever made it to allow this one',
      }
    case 'grant':
      return grantSentence(denial, asked, names)
    case 'ungoverned':
      return {
        what: `access denied: no organization governs ${resourceName(asked, names)} for you`,
        next: "use an organization's own address, or sign in as a member of one",
      }
    case 'sign-in':
      return signInSentence(denial, asked, names)
    case 'registry-access':
      return registrySentence(denial, names)
    case 'image-access':
      return imageSentence(denial, asked, names)
    case 'lock':
      return lockSentence(denial, asked, names)
    case 'quota':
      return {
        what: `pull rate limit reached: all ${denial.limit} pulls are used up until ${timeName(denial.resets)}`,
        next: 'wait until then, or ask an owner to raise the limit',
      }
    case 'missing-fact':
      return {
        what: `access denied: ${MISSING[denial.fact]} can't be known right now, and what isn't known is refused`,
        next: "try again, and tell the server's administrator if it stays so",
      }
  }
}

const MISSING: Readonly<Record<Of<'missing-fact'>['fact'], string>> = {
  credential: 'whether your credential is still good',
  address: 'your address',
  repository: "the repository's state",
  image: "the image's category",
  quota: 'how many pulls are left',
  policy: 'the policy that governs this',
  digest: 'which image this tag stands for',
}

function credentialSentence(denial: Of<'credential'>, asked: Asked, names: Names): Sentence {
  const who = principalName(asked, names)
  switch (denial.problem) {
    case 'unknown':
      return { what: `access denied: ${who} doesn't exist any more`, next: 'sign in with another one' }
    case 'inactive':
      return {
        what: `access denied: ${who} is ${isAzures(asked) ? 'disabled' : 'deactivated'}`,
        next: isAzures(asked)
          ? 'ask an owner to enable it, or sign in with another one'
          : 'ask whoever made it to activate it, or sign in with another one',
      }
    case 'disabled':
      return {
        what: `access denied: ${isSession(asked) ? who : `the user of ${who}`} is disabled`,
        next: 'ask an installation administrator to enable them again',
      }
    case 'expired': {
      const when = denial.expired === undefined ? '' : ` on ${timeName(denial.expired)}`
      return { what: `access denied: ${who} expired${when}`, next: 'sign in with a new one' }
    }
    case 'barred': {
      const organization = organizationName(denial.organization, names)
      return {
        what: `access denied: organization ${organization} doesn't admit ${who}`,
        next: `ask an owner of ${organization} why`,
      }
    }
    case 'too-old': {
      const organization = organizationName(denial.organization, names)
      return {
        what: `access denied: organization ${organization} accepts personal access tokens for at most ${denial.days} days, and ${who} is older`,
        next: 'make a new one, and sign in with that',
      }
    }
  }
}

function grantSentence({ held, person, withoutScopeMap }: Of<'grant'>, asked: Asked, names: Names): Sentence {
  const { action } = asked
  const who = principalName(asked, names)
  const where = resourceName(asked, names)
  const may = held.length === 0 ? '' : `; it may: ${held.join(', ')}`
  const next = howToGet(asked, names, held)
  if (!isRepositoryAction(action))
    return {
      what: `access denied: ${who} lacks ${action} on ${where}${may.replace('it may', 'it has')}`,
      next,
    }
  const { noun, verb } = ACTS[action]
  // Who may write and not read is most likely pushing, which is refused by the name of what it lacks.
  const pushes = action === 'content/read' && held.includes('content/write')
  const yet = pushes ? ', but a push needs to read as well' : ''
  const denied = `${noun} access denied: ${who} may not ${verb} ${where}${may}${yet}`
  if (withoutScopeMap === true)
    return {
      what: `${denied}; its scope map was deleted`,
      next: `ask ${anOwner(asked, names)} to give it another`,
    }
  return person === undefined
    ? { what: denied, next }
    : personSentence({ held, person }, denied, asked, names)
}

/** Where another token wouldn't help: what its person lacks, and who can give it. */
function personSentence(
  { held, person }: Omit<Of<'grant'>, 'type'>,
  denied: string,
  asked: Asked,
  names: Names,
): Sentence {
  const { resource } = asked
  const organization = 'organization' in resource ? organizationName(resource.organization, names) : ''
  if (person === 'no-member') {
    const who = isSession(asked) ? 'they are' : 'its user is'
    return {
      what: `${denied}; ${who} no member of ${organization}`,
      next: `ask an owner of ${organization} for an invite`,
    }
  }
  const theirs = isSession(asked) ? 'theirs' : 'its user'
  const nothing = held.length === 0 ? 'anything there' : 'that'
  return {
    what: `${denied}; no role or group of ${theirs} gives ${nothing}`,
    next: `ask an owner of ${organization} for access, or for a group that has it`,
  }
}

function isSession({ principal }: Asked): boolean {
  return principal.type === 'credential' && principal.kind === 'session'
}

/** Azure's word for one that is deactivated is `disabled`. */
function isAzures({ principal }: Asked): boolean {
  return (
    principal.type === 'credential' &&
    (principal.kind === 'registry-token' || principal.kind === 'service-principal')
  )
}

/** Whom to ask for an action that one doesn't hold. */
function howToGet({ principal, action, resource }: Asked, names: Names, held: readonly Action[]): string {
  if (resource.type === 'upstream' && action !== 'content/read' && action !== 'metadata/read')
    return 'push to a repository of your organization: other registries are only pulled from here'
  if (principal.type === 'anonymous') return 'sign in with `docker login` and try again'
  const owner = anOwner({ resource }, names)
  switch (resource.type) {
    case 'installation':
      return 'ask an installation administrator'
    case 'organization':
    case 'host':
      return `ask ${owner} for ${action}`
    case 'upstream':
      return principal.kind === 'session' || principal.kind === 'pat'
        ? `ask ${owner} of your organization for a role that pulls from other registries`
        : `ask ${owner} of its organization to give it ${action} on ${resource.host}/${resource.name}`
    case 'repository':
      break
  }
  if (principal.kind === 'session') return `ask ${owner} for access`
  if (principal.kind === 'pat') return `use a token with a wider scope, or ask ${owner} for access`
  if (principal.kind === 'service-principal')
    return `ask ${owner} for a service principal with the role \`contributor\``
  const [place, lacking] =
    principal.kind === 'oat' ? ['to it', action] : ['to its scope map', toPush(action, held)]
  return `ask ${owner} to add ${lacking} on ${resource.name} ${place}`
}

/** In a scope map writing is not reading, and a push does both: who lacks both is told at once. */
function toPush(action: Action, held: readonly Action[]): string {
  return action === 'content/write' && !held.includes('content/read') ? `content/read and ${action}` : action
}

/** Of whose it is about, where it is an organization's. */
function anOwner({ resource }: Pick<Asked, 'resource'>, names: Names): string {
  return 'organization' in resource ? ownerOf(resource.organization, names) : 'an owner'
}

function ownerOf(organization: OrganizationId, names: Names): string {
  return `an owner of ${organizationName(organization, names)}`
}

function signInSentence({ organization }: Of<'sign-in'>, { resource }: Asked, names: Names): Sentence {
  const name = organizationName(organization, names)
  return resource.type === 'host'
    ? {
        what: `sign-in required: organization ${name} lets only its signed-in members reach registries`,
        next: `sign in as a member of ${name} and try again`,
      }
    : {
        what: `sign-in required: organization ${name} refuses anonymous clients`,
        next: 'sign in with `docker login` and try again',
      }
}

const OPERATION: Readonly<Record<Of<'registry-access'>['operation'], string>> = {
  pull: 'pulling from it',
  push: 'pushing to it',
  any: 'it',
}

function registrySentence(
  { host, organization, operation, rule, note }: Of<'registry-access'>,
  names: Names,
): Sentence {
  const name = organizationName(organization, names)
  const why =
    rule === undefined
      ? `none of its rules allows ${OPERATION[operation]}`
      : `its rule \`${rule}\` denies ${OPERATION[operation]}${noted(note)}`
  return {
    what: `registry access denied: ${host} is not allowed by organization ${name}; ${why}`,
    next: `ask ${ownerOf(organization, names)} to allow it`,
  }
}

function imageSentence(denial: Of<'image-access'>, asked: Asked, names: Names): Sentence {
  const name = organizationName(denial.organization, names)
  const image = resourceName(asked, names)
  const next = `ask ${ownerOf(denial.organization, names)} for an exception`
  if (denial.by === 'rule') {
    const why = `rule \`${denial.rule}\` of organization ${name} denies it${noted(denial.note)}`
    return { what: `image access denied: ${image} not allowed; ${why}`, next }
  }
  const allowed = listed([...denial.allowed.map(categoryName), 'its own'])
  const category = categoryName(denial.category)
  return {
    what: `image access denied: ${category} images not allowed; ${image} is one, and organization ${name} allows only ${allowed} images`,
    next,
  }
}

function categoryName(category: string): string {
  return category.replace('-', ' ')
}

function noted(note: string | undefined): string {
  return note === undefined || note === '' ? '' : ` (${shorten(note, NOTE_MAX_LENGTH)})`
}

const LOCKED: Readonly<Record<Of<'lock'>['attribute'], string>> = {
  readEnabled: 'reading',
  writeEnabled: 'changing',
  deleteEnabled: 'deleting',
}

function lockSentence({ on, attribute }: Of<'lock'>, asked: Asked, names: Names): Sentence {
  const noun = isRepositoryAction(asked.action) ? `${ACTS[asked.action].noun} ` : ''
  return {
    what: `${noun}access denied: ${resourceName(asked, names)} is locked; ${attribute} is off for the ${on}, which forbids ${LOCKED[attribute]} it`,
    next: 'ask somebody with metadata/write on it to switch that on',
  }
}
