/** That the shipped dashboard and alerts ask for what a server really tells, and that it tells what an operator needs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { tryStartServer, type Server } from './server.ts'

const MONITORING = join(import.meta.dirname, '../../../deploy/monitoring')
const SUFFIX = /_(bucket|sum|count)$/

describe.each(['sqlite', 'postgres'] as const)('the metrics of a server on %s', (database) => {
  let server: Server | undefined
  let text = ''
  beforeAll(async () => {
    const port = await freePort()
    server = await tryStartServer({
      database,
      settings: { WHARDEN_METRICS_PORT: String(port), WHARDEN_HTTPS_PORT: '0' },
    })
    if (server === undefined) return undefined
    await server.send('GET', '/v2/')
    text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    return () => server?.close()
  })
  beforeEach((context) => {
    if (server === undefined) context.skip('PostgreSQL is not installed')
  })

  it.each(['dashboard.json', 'alerts.yaml'])('have every name of %s', (file) => {
    const asked = readFileSync(join(MONITORING, file), 'utf8')
    const names = new Set(
      asked.match(/\b(wharden|nodejs|process)_[a-z0-9_]+/g)?.map((name) => name.replace(SUFFIX, '')),
    )
    expect(names.size).toBeGreaterThan(8)
    const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))
    expect([...names].filter((name) => !told.has(name))).toEqual([])
  })

  it('tell what they tell once each, with a value that is a number', () => {
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const line of text.split('\n').filter((said) => said !== '' && !said.startsWith('#')))
      expect(line).toMatch(/ (-?[\d.]+(e[+-]?\d+)?|NaN|Nan|[+-]Inf)$/) // prom-client writes Nan, which Prometheus reads
  })

  it('say how the things are that the server stands on', () => {
    expect(text).toMatch(/^wharden_ready 1$/m)
    expect(text).toMatch(/^wharden_database_answer_seconds 0\.\d+$/m)
    expect(text).toMatch(/^wharden_upload_sessions 0$/m)
    expect(text).toMatch(/^wharden_blobs_free_bytes \d+$/m)
    expect(text).toMatch(/^wharden_signing_key_age_seconds\{family="access"\} /m)
    expect(text).toMatch(/^wharden_certificate_end_seconds \d+$/m)
    expect(/^wharden_database_connections\{state="idle"\} /m.test(text)).toBe(database === 'postgres')
  })
})
