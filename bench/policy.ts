// What one decision costs, over a credential of 500 rules, among 20 to 1,000,000 other credentials.
//
//   npm exec -- node bench/policy.ts
//
// The other credentials stand in a map by id, as the server keeps them: finding one is part of the decision. Median of
// rounds, as the machine has other things to do.

import { performance } from 'node:perf_hooks'
import { parseRepositoryName, type RepositoryName } from '@wharden/oci'
import {
  canonicalHost,
  compileGrants,
  decide,
  DOCKER_HUB,
  parsePolicy,
  UNLOCKED,
  visibleEverywhere,
  type Action,
  type CredentialId,
  type Facts,
  type Grant,
  type GrantSet,
  type OrganizationId,
  type Policy,
  type Principal,
  type RepositoryId,
  type Resource,
} from '@wharden/policy'

const ROUNDS = 31
const CALLS = 20_000
const NOW = Date.UTC(2026, 10, 21)
const ACME = 'acme' as OrganizationId
const OURS = 'credential' as CredentialId

const FACTS: Facts = {
  governing: [ACME],
  credential: { type: 'active', expires: undefined },
  address: { type: 'unrestricted' },
  repository: { type: 'present', visibility: 'private', locks: UNLOCKED },
  image: { category: 'official', alsoKnownAs: [] },
  quota: { type: 'unlimited' },
}

function name(text: string): RepositoryName {
  const parsed = parseRepositoryName(text)
  if (parsed.type === 'error') throw new Error(text)
  return parsed.value
}

function rules(count: number): readonly Grant[] {
  const actions: readonly Action[] = ['content/read', 'content/write', 'metadata/read']
  return Array.from({ length: count }, (_, index): Grant => {
    if (index % 2 === 0)
      return {
        pattern: { type: 'repository', repository: `r-${index}` as RepositoryId },
        actions,
        rule: `rule-${index}`,
      }
    if (index % 10 === 1) {
      const path = { type: 'under', prefix: `space-${index}/` } as const
      return {
        pattern: { type: 'upstream', organization: ACME, host: DOCKER_HUB, path },
        actions,
        rule: `rule-${index}`,
      }
    }
    return {
      pattern: { type: 'under', organization: ACME, prefix: `team-${index}/samples/` },
      actions,
      rule: `rule-${index}`,
    }
  })
}

function policy(count: number): Policy {
  const allow = Array.from({ length: count }, (_, index) => ({ repository: `docker.io/vendor-${index}/*` }))
  const hosts = Array.from({ length: Math.min(count, 10_000) }, (_, index) => ({
    host: `*.registry-${index}.example`,
    effect: 'allow',
  }))
  const parsed = parsePolicy(ACME, {
    'sign-in': { mode: 'enforce' },
    'registry-access': {
      mode: 'enforce',
      rules: [{ host: 'docker.io', effect: 'allow' }, ...hosts.slice(1)],
    },
    'image-access': { mode: 'enforce', allow },
  })
  if (parsed.type === 'error') throw new Error(parsed.error.message)
  return parsed.value
}

const repository = (id: string, path: string): Resource => ({
  type: 'repository',
  organization: ACME,
  repository: id as RepositoryId,
  name: name(path),
})

const QUESTIONS: Readonly<Record<string, readonly [Action, Resource]>> = {
  'allow, by id': ['content/read', repository('r-250', 'team-0/app')],
  'allow, by prefix, 6 deep': ['content/write', repository('r-none', 'team-255/samples/a/b/c/app')],
  'deny, no grant': ['content/delete', repository('r-none', 'other/app')],
  'upstream, allowed by category': [
    'content/read',
    { type: 'upstream', host: canonicalHost(DOCKER_HUB), name: name('space-251/nginx') },
  ],
}

/** Microseconds a call: the median round. */
function measure(call: () => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    for (let done = 0; done < CALLS; done++) call()
    return ((performance.now() - start) * 1000) / CALLS
  })
  return rounds.sort((one, other) => one - other)[ROUNDS >> 1] ?? 0
}

function principalOf(grants: GrantSet): Principal {
  return {
    type: 'credential',
    credential: OURS,
    kind: 'registry-token',
    organization: ACME,
    memberships: [],
    installationAdministrator: false,
    grants,
  }
}

function decisionsAmong(others: number, policies: readonly Policy[]): readonly number[] {
  const few = compileGrants(rules(1))
  const credentials = new Map<string, Principal>()
  for (let index = 0; index < others; index++) credentials.set(`other-${index}`, principalOf(few))
  credentials.set(OURS, principalOf(compileGrants(rules(500))))
  return Object.values(QUESTIONS).map(([action, resource]) =>
    measure(() => {
      const principal = credentials.get(OURS)
      return principal && decide(policies, { principal, action, resource }, FACTS, NOW)
    }),
  )
}

function print(label: string, values: readonly number[]): void {
  console.log(label.padEnd(44) + values.map((value) => value.toFixed(2).padStart(31)).join(''))
}

console.log(`node ${process.version}; microseconds per decision, median of ${ROUNDS} rounds of ${CALLS}\n`)
console.log(
  ''.padEnd(44) +
    Object.keys(QUESTIONS)
      .map((title) => title.padStart(31))
      .join(''),
)
decisionsAmong(20, [policy(100)]) // warms up
for (const others of [20, 20_000, 1_000_000]) {
  print(`500 rules among ${others.toLocaleString('en')} credentials`, decisionsAmong(others, [policy(100)]))
}
print('… under a policy of 10,000 + 10,000 rules', decisionsAmong(20, [policy(10_000)]))

const five = rules(500)
const compiled = principalOf(compileGrants(five))
const start = performance.now()
for (let done = 0; done < 200; done++) compileGrants(five)
console.log(
  `\ncompiling 500 rules: ${(((performance.now() - start) * 1000) / 200).toFixed(0)} µs, once per credential and version`,
)
const from = performance.now()
for (let done = 0; done < 200; done++) visibleEverywhere(compiled, FACTS, NOW)
console.log(
  `what a catalogue may show (500 rules): ${(((performance.now() - from) * 1000) / 200).toFixed(0)} µs`,
)
