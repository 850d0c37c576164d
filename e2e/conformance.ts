/**
 * `npm run conformance -- --registry localhost:5000 --http --repo1 acme/one --repo2 acme/two --username U`:
 * the official OCI conformance suite against a registry that runs. The password comes from OCI_PASSWORD, so that it
 * stands in no list of processes.
 */
import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { findSuite } from './conformance/find-suite.ts'
import { runConformance, type ConformanceResult } from './conformance/run-conformance.ts'

const { values } = parseArgs({
  options: {
    registry: { type: 'string', default: 'localhost:5000' },
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
  const result = await runConformance(suite.path, {
    registry: values.registry,
    tls: values.http ? 'disabled' : 'enabled',
    repo1: values.repo1,
    repo2: values.repo2,
    ...(values.username === undefined
      ? {}
      : { username: values.username, password: process.env['OCI_PASSWORD'] ?? '' }),
    ...(values.authority === undefined ? {} : { authority: values.authority }),
  })
  print(result)
  process.exitCode = result.conforms ? 0 : 1
  await rm(result.directory, { recursive: true })
}

function print({ table, failed, skipped, passed, conforms }: ConformanceResult): void {
  for (const { name, message } of failed) console.log(`FAILED ${name}: ${message.replaceAll('\n', '; ')}`)
  for (const { name, message } of skipped) console.log(`skipped ${name}: ${message.replaceAll('\n', '; ')}`)
  console.log(table)
  console.log(
    `conformance: ${conforms ? 'conforms' : 'does not conform'}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  )
}
