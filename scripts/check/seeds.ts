/**
 * Violations, and permitted neighbours, of the table "One way only": what each room of the house may import.
 * They are written into a scratch copy of the tree's shape and linted with the real configuration.
 */
export type Seed = {
  readonly path: string
  readonly source: string
  /** The rule that must speak, or `undefined` where none of RULES may. */
  readonly rule: string | undefined
}

const IMPORTS = 'eslint(no-restricted-imports)'
export const RULES = [
  IMPORTS,
  'import(no-cycle)',
  'eslint(max-lines)',
  'eslint(no-restricted-globals)',
  'eslint(no-restricted-properties)',
  'typescript(switch-exhaustiveness-check)',
] as const

/** Room, what it tries to import, and how. */
const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['oci/src', 'node:fs'],
  ['oci/src', '@wharden/policy'],
  ['oci/src', '../../policy/src/decide.ts'],
  ['policy/src', 'zod'],
  ['policy/src', 'node:crypto'],
  ['policy/src', '@wharden/api'],
  ['policy/src', '@wharden/oci/src/tag.ts'],
  ['api/src', 'node:path'],
  ['api/src', '@wharden/server'],
  ['api/src', 'fastify'],
  ['system/src', '@wharden/oci'],
  ['system/src', '@wharden/server'],
  ['server/src', '@wharden/cli'],
  ['server/src', '../../policy/src/decide.ts'],
  ['server/src', './index.ts'],
  ['server/src/faces/registry', '../../stores/metadata/port.ts'],
  ['server/src/faces/registry', '../../upstream/fetch.ts'],
  ['server/src/faces/registry', '../../identity/secret.ts'],
  ['server/src/faces/registry', '../token/issue.ts'],
  ['server/src/faces/admin', '../arm/views.ts'],
  ['server/src/faces/registry', '../../faces/token/issue.ts'],
  ['server/src/faces/registry', 'kysely'],
  ['server/src/faces/registry', '../../backup/backup.ts'],
  ['server/src/operations', '../faces/registry/face.ts'],
  ['server/src/operations', '../http/authorization.ts'],
  ['server/src/operations', '../backup/backup.ts'],
  ['server/src/operations', '@aws-sdk/client-s3'],
  ['server/src/operations', 'fastify'],
  ['server/src/operations', 'kysely'],
  ['server/src/operations', '@wharden/api'],
  ['server/src/operations/manage', '../../faces/admin/face.ts'],
  ['server/src/identity', '../operations/target.ts'],
  ['server/src/audit', '../faces/admin/face.ts'],
  ['server/src/activity', '../stores/metadata/sqlite/open.ts'],
  ['server/src/jobs', '../operations/target.ts'],
  ['server/src/upstream', '../operations/target.ts'],
  ['server/src/stores/metadata', '../../operations/target.ts'],
  ['server/src/secrets', '../operations/target.ts'],
  ['cli/src', '@wharden/server'],
  ['cli/src', '@wharden/policy'],
  ['agent/src', '@wharden/server'],
  ['agent/src', '@wharden/cli'],
  ['console/src', '@wharden/server'],
  ['console/src', 'node:fs'],
  ['wharden/src', '@wharden/server/src/app.ts'],
]

const PERMITTED: readonly (readonly [string, string])[] = [
  ['oci/src', 'zod'],
  ['oci/src/deep', '../other/neighbour.ts'],
  ['policy/src', '@wharden/oci'],
  ['api/src', '@orpc/contract'],
  ['api/src', '@wharden/policy'],
  ['system/src', 'node:fs'],
  ['server/src', '@wharden/policy'],
  ['server/src/faces/registry', '../../operations/target.ts'],
  ['server/src/faces/registry', '../../http/read-body.ts'],
  ['server/src/faces/registry', '@wharden/api'],
  ['server/src/operations', '@wharden/policy'],
  ['server/src/operations', '../stores/metadata/port.ts'],
  ['server/src/operations', '../identity/secret.ts'],
  ['server/src/identity', '@wharden/system'],
  ['server/src/stores/metadata', 'kysely'],
  ['cli/src', '@wharden/api'],
  ['agent/src', '@wharden/policy'],
  ['console/src', '@wharden/api'],
  ['wharden/src', '@wharden/server'],
]

const OTHERS: readonly Seed[] = [
  // Types count as much as values.
  source(
    'server/src/operations/type-only.ts',
    `import type { X } from '../faces/a.ts'\nexport type Y = X\n`,
    IMPORTS,
  ),
  source(
    'server/src/faces/token/decides.ts',
    `import { decide } from '@wharden/policy'\nexport const x = decide\n`,
    IMPORTS,
  ),
  source(
    'server/src/faces/token/explains.ts',
    `import { explain } from '@wharden/policy'\nexport const x = explain\n`,
  ),
  source(
    'server/src/jobs/value.ts',
    `import { x } from '../stores/blobs/port.ts'\nexport const y = x\n`,
    IMPORTS,
  ),
  source('server/src/jobs/type.ts', `import type { X } from '../stores/blobs/port.ts'\nexport type Y = X\n`),
  source('oci/src/lazily.ts', `export const x = () => import('node:fs')\n`, IMPORTS),
  source('oci/src/re-export.ts', `export * from 'node:fs'\n`, IMPORTS),
  source('policy/src/clock.ts', `export const x = () => Date.now()\n`, 'eslint(no-restricted-properties)'),
  source(
    'policy/src/random.ts',
    `export const x = () => Math.random()\n`,
    'eslint(no-restricted-properties)',
  ),
  source(
    'policy/src/fetches.ts',
    `export const x = () => fetch('http://localhost')\n`,
    'eslint(no-restricted-globals)',
  ),
  source(
    'system/src/cycle-a.ts',
    `import type { B } from './cycle-b.ts'\nexport type A = { b: B }\n`,
    'import(no-cycle)',
  ),
  source(
    'system/src/cycle-b.ts',
    `import type { A } from './cycle-a.ts'\nexport type B = { a: A }\n`,
    'import(no-cycle)',
  ),
  source('system/src/long.ts', 'export {}\n'.repeat(301), 'eslint(max-lines)'),
  source('system/src/long.test.ts', 'export {}\n'.repeat(301)),
  source(
    'system/src/forgetful.ts',
    `export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n  }\n}\n`,
    'typescript(switch-exhaustiveness-check)',
  ),
]

export const SEEDS: readonly Seed[] = [
  ...FORBIDDEN.map((row, number) => imports(row, number, IMPORTS)),
  ...PERMITTED.map((row, number) => imports(row, number, undefined)),
  ...OTHERS,
]

function imports([room, target]: readonly [string, string], number: number, rule: string | undefined): Seed {
  const name = `${rule === undefined ? 'permitted' : 'forbidden'}-${number}.ts`
  return source(`${room}/${name}`, `import type { X } from '${target}'\nexport type Y = X\n`, rule)
}

function source(path: string, text: string, rule?: string): Seed {
  return { path: `packages/${path}`, source: text, rule }
}
