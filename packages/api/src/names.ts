/** Names as they cross the wire: text that is parsed once, here, into the branded types of `oci` and `policy`. */
import {
  describeRepositoryNameProblem,
  parseDigest,
  parseRegistryHost,
  parseRepositoryName,
  parseTag,
  type Brand,
  type Digest,
  type RepositoryName,
  type Result,
  type Tag,
} from '@wharden/oci'
import {
  describePathPatternProblem,
  describeRegistryNameProblem,
  parseAccountName,
  parsePathPattern,
  parseRegistryTokenName,
  parseScopeMapName,
  type AccountName,
  type RegistryNameProblem,
} from '@wharden/policy'
import { z } from 'zod'

type Parsed<T> = { readonly value: T } | { readonly problem: string }

/**
 * A schema whose JSON form is `text` and whose value is what `parse` makes of it. `T` is a branded string, so the value
 * itself doesn't change: JSON Schema and OpenAPI still see a plain string, which a transform would hide from them.
 */
function parsedText<T extends string>(
  text: z.ZodString,
  parse: (text: string) => Parsed<T>,
): z.ZodType<T, string> {
  const checked = text.superRefine((value, context) => {
    const parsed = parse(value)
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem })
  })
  return checked as unknown as z.ZodType<T, string>
}

const ACCOUNT_PROBLEMS = {
  length: 'use 2 to 63 characters',
  characters: 'use lower-case letters, digits and hyphens, beginning and ending with a letter or digit',
  reserved: 'this name is reserved; choose another',
} as const

function accountName(text: string): Parsed<AccountName> {
  const parsed = parseAccountName(text)
  return parsed.type === 'ok' ? { value: parsed.value } : { problem: ACCOUNT_PROBLEMS[parsed.error] }
}

const accountText = (example: string) =>
  z.string().meta({
    minLength: 2,
    maxLength: 63,
    pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    examples: [example],
  })

/** An organization: a DNS label, in one name space with users. */
export const OrganizationName = parsedText(accountText('myregistry'), accountName)
/** A user: same name space, same grammar. */
export const UserName = parsedText(accountText('alice'), accountName)

/** A company: the same grammar, a name space of its own. */
export const CompanyName = parsedText(accountText('holding'), accountName)

/** A group in its organization: letters, digits, hyphens, underscores and dots, 2 to 64, beginning with a letter or digit. */
export const GroupName = sized(2, 64)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'use letters, digits, `.`, `_` and `-`, beginning with a letter or digit',
  )
  .meta({ examples: ['developers'] })

/** A repository inside its organization: `samples/nginx`. https://distribution.github.io/distribution/spec/api/#overview */
export const RepositoryPath = parsedText<RepositoryName>(
  z.string().meta({ minLength: 1, maxLength: 255, examples: ['samples/nginx'] }),
  (text) => {
    const parsed = parseRepositoryName(text)
    return parsed.type === 'ok'
      ? { value: parsed.value }
      : { problem: describeRepositoryNameProblem(parsed.error) }
  },
)

export type RepositoryPatternText = Brand<string, 'RepositoryPatternText'>

/** `*`, a name, or a name and `/*`: the wildcards of scope maps. https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions */
export const RepositoryPattern = parsedText(
  z.string().meta({ minLength: 1, maxLength: 257, examples: ['samples/nginx', 'samples/*', '*'] }),
  (text) => patternIn(text, ''),
)

/** The same with an organization before it (`acme/samples/*`), or another registry's host (`docker.io/library/*`). */
export const AbsoluteRepositoryPattern = parsedText(
  z.string().meta({
    minLength: 1,
    maxLength: 512,
    examples: ['*', 'acme/*', 'acme/app', 'docker.io/library/*'],
  }),
  (text) => {
    const owner = text.slice(0, Math.max(0, text.indexOf('/')))
    if (text === '*') return patternIn(text, '')
    return isHost(owner) || parseAccountName(owner).type === 'ok'
      ? patternBelow(text)
      : { problem: 'begin with an organization or the host of a registry, e.g. `acme/*`' }
  },
)

/** Repositories of another registry: host, then a pattern. */
export const UpstreamPattern = parsedText(
  z.string().meta({ minLength: 1, maxLength: 512, examples: ['docker.io/library/*', 'quay.io/*'] }),
  (text) =>
    isHost(text.slice(0, Math.max(0, text.indexOf('/'))))
      ? patternBelow(text)
      : { problem: 'begin with the host of a registry, e.g. `docker.io/library/*`' },
)

/** As in image references: what has no dot or port and isn't `localhost` is not a host but an organization. */
function isHost(text: string): boolean {
  return parseRegistryHost(text) !== undefined && (/[.:]/.test(text) || text === 'localhost')
}

function patternBelow(text: string): Parsed<RepositoryPatternText> {
  const rest = text.indexOf('/') + 1
  return patternIn(text.slice(rest), text.slice(0, rest))
}

function patternIn(pattern: string, before: string): Parsed<RepositoryPatternText> {
  const parsed = parsePathPattern(pattern)
  return parsed.type === 'ok'
    ? { value: `${before}${pattern}` as RepositoryPatternText }
    : { problem: describePathPatternProblem(parsed.error) }
}

export const DigestText = parsedText<Digest>(z.string().meta({ examples: ['sha256:…'] }), (text) => {
  const digest = parseDigest(text)
  return digest === undefined
    ? { problem: 'use `sha256:` or `sha512:` and its hexadecimal digits' }
    : { value: digest }
})

export const TagText = parsedText<Tag>(
  z.string().meta({ minLength: 1, maxLength: 128, examples: ['v1'] }),
  (text) => {
    const tag = parseTag(text)
    return tag === undefined
      ? { problem: 'use letters, digits, `_`, `.` and `-`, at most 128, beginning with none of the last two' }
      : { value: tag }
  },
)

function registryName(parsed: Result<string, RegistryNameProblem>): Parsed<string> {
  return parsed.type === 'ok' ? parsed : { problem: describeRegistryNameProblem(parsed.error) }
}

/** Letters, digits and hyphens, 5 to 50. https://learn.microsoft.com/cli/azure/acr/token */
export const RegistryTokenName = parsedText(
  z.string().meta({ minLength: 5, maxLength: 50, pattern: '^[a-zA-Z0-9-]+$', examples: ['MyToken'] }),
  (text) => registryName(parseRegistryTokenName(text)),
)

/** One that is there, or isn't: a short one has no rule to break. Names that begin with `_` are the system's. */
export const ScopeMapName = sized(1, 61)
  .regex(/^[a-zA-Z0-9_-]+$/, 'use letters, digits, hyphens and underscores')
  .meta({ examples: ['MyScopeMap'] })

/** One that people may choose: 5 to 50, or a token's with `-scope-map`. */
export const NewScopeMapName = parsedText(
  z.string().meta({
    minLength: 5,
    maxLength: 60,
    pattern: '^[a-zA-Z0-9-][a-zA-Z0-9_-]*$',
    examples: ['MyScopeMap'],
  }),
  (text) => registryName(parseScopeMapName(text)),
)

export const CredentialId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)
export const DecisionId = z
  .string()
  .min(4)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)

/** An instant, ISO 8601 in UTC. */
export const Timestamp = z.iso.datetime()

export type NetworkText = Brand<string, 'NetworkText'>

const NETWORK = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])

/** An address or a network in CIDR form, IPv4 or IPv6. */
export const Network = parsedText<NetworkText>(
  z.string().meta({ maxLength: 49, examples: ['192.0.2.0/24', '2001:db8::1'] }),
  (text) =>
    NETWORK.safeParse(text).success
      ? { value: text as NetworkText }
      : { problem: 'use an address or a network, e.g. `192.0.2.0/24`' },
)

/** Eight characters at least, as NIST SP 800-63B §3.1.1.2 has it; no rules of composition. */
export const Password = sized(8, 256)

/** Text of so many characters, and the sentence for any other. */
export function sized(least: number, most: number) {
  const sentence = `use ${least} to ${most} characters`
  return z.string().min(least, sentence).max(most, sentence)
}
