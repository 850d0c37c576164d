/**
 * `npm run newer-clients`: the tests of refusals and of tokens once more, with the clients of Debian 13 and of sid, each in
 * a world that has that Debian's files for its root. `npm run newer-clients -- trixie` takes one of them, `--renew` makes
 * the files anew.
 */
import { parseArgs } from 'node:util'
import { join } from 'node:path'
import { ROOT } from '../scripts/repository.ts'
import { findDebianFiles } from './newer-clients/debian-files.ts'
import { installClients } from './newer-clients/install-clients.ts'
import { sayVersions } from './newer-clients/say-versions.ts'
import { RELEASES, type Release } from './support/release.ts'
import { findCommand, whyNoWorld } from './support/requirements.ts'
import { runInWorld } from './support/run-in-world.ts'

const NEWER = RELEASES.filter((release) => release !== 'bookworm')
const TESTS = [
  'e2e/refusals.test.ts',
  'e2e/refusals-sign-in.test.ts',
  'e2e/tokens.test.ts',
  'e2e/pull-limit.test.ts',
]

const { values, positionals } = parseArgs({
  options: { renew: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const chosen = NEWER.filter((release) => positionals.length === 0 || positionals.includes(release))
if (chosen.length === 0)
  throw new Error(`no release \`${positionals.join(' ')}\`: name ${NEWER.join(' or ')}`)
const problem = whyNot()
const outcomes = problem === undefined ? [] : [`SKIPPED newer clients: ${problem}`]
if (problem === undefined) for (const release of chosen) outcomes.push(...(await tryRelease(release)))
for (const outcome of outcomes) console.log(outcome)
const failed = outcomes.some((line) => line.startsWith('FAILED'))
process.exitCode = failed || (process.env['CI'] === 'true' && outcomes.length > 0) ? 1 : 0

function whyNot(): string | undefined {
  if (findCommand('debootstrap') === undefined)
    return '`debootstrap` not found: `apt-get install debootstrap`'
  return whyNoWorld()
}

/** @returns what is amiss, a line each */
async function tryRelease(release: Release): Promise<readonly string[]> {
  const say = (line: string) => console.log(`${release}: ${line}`)
  const files = await findDebianFiles(release, values.renew, say)
  if (files.type === 'unavailable') return [`SKIPPED newer clients of ${release}: ${files.reason}`]
  const { versions, missing } = await installClients(files.directory, say)
  sayVersions(release, versions, say)
  const env = { ...process.env, E2E_WAIVED: missing.map(({ name }) => name).join(' ') }
  const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'e2e', ...TESTS]
  const exitCode = await runInWorld(process.execPath, vitest, env, files.directory)
  return [
    ...missing.map(({ name, reason }) => `FAILED ${release}: ${name} could not be installed: ${reason}`),
    ...(exitCode === 0 ? [] : [`FAILED ${release}: see above`]),
  ]
}
