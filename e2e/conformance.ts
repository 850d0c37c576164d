/**
 * `npm run conformance`: the official OCI conformance suite against Wharden, once with each kind of credential and once
 * anonymously. `npm run conformance -- --registry localhost:5000 --http --repo1 acme/one --repo2 acme/two --username U`
 * runs it against a registry that is there already; the password comes from OCI_PASSWORD, so that it stands in no list
 * of processes.
 */
import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { conformProduct, type Verdict } from './conformance/conform-product.ts'
import { findSuite } from './conformance/find-suite.ts'
import { runConformance } from './conformance/run-conformance.ts'

const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    http: { type: 'boolean', default: false },
    authority: { type: 'string' },
    repo1: { type: 'string', default: 'conformance/one' },
    repo2: { type: 'string', default: 'conformance/two' },
    username: { type: 'string' },
  },
})

const suite = await findSuite()
if (suite.type === 'unavailable') {
  console.log(`SKIPPED conformance: ${suite.reason}`)
  process.exitCode = process.env['CI'] === 'true' && !suite.optional ? 1 : 0
} else {
  const verdicts =
    values.registry === undefined
      ? await conformProduct(suite.path)
      : [await conformGiven(suite.path, values.registry)]
  for (const verdict of verdicts) await print(verdict)
  process.exitCode = verdicts.every(({ result }) => result.conforms) ? 0 : 1
}

async function conformGiven(program: string, registry: string): Promise<Verdict> {
  const result = await runConformance(program, {
    registry,
    tls: values.http ? 'disabled' : 'enabled',
    repo1: values.repo1,
    repo2: values.repo2,
    ...(values.username !== undefined && {
      username: values.username,
      password: process.env['OCI_PASSWORD'] ?? '',
    }),
    ...(values.authority !== undefined && { authority: values.authority }),
  })
  return { as: values.username ?? 'anonymous', result }
}

async function print({ as, result }: Verdict): Promise<void> {
  const { table, failed, skipped, passed, conforms, directory } = result
  for (const { name, message } of failed) console.log(`FAILED ${name}: ${message.replaceAll('\n', '; ')}`)
  for (const { name, message } of skipped) console.log(`skipped ${name}: ${message.replaceAll('\n', '; ')}`)
  console.log(table)
  console.log(
    `conformance as ${as}: ${conforms ? 'conforms' : 'does not conform'}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  )
  await rm(directory, { recursive: true })
}
