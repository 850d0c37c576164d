/**
 * During a rolling upgrade a newer version writes beside an older one. What the older doesn't understand it must survive, must
 * not hide the rest behind, and must never take for a right.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectTo, type Connection } from '../../../packages/server/test/connect-to.ts'
import { pushImage } from '../../../packages/server/test/images.ts'
import { describeWith } from '../../support/describe-with.ts'
import { loginOf, openCompany, type Company } from './company.ts'

const SOON = { timeout: 10_000, interval: 50 }

/** What the newer version writes, by what it is. */
const WRITTEN: Readonly<Record<string, string>> = {
  'a column': 'ALTER TABLE repository ADD COLUMN stars bigint NOT NULL DEFAULT 0',
  'a table': 'CREATE TABLE webhook (id text PRIMARY KEY)',
  'a setting': `INSERT INTO setting (key, value) VALUES ('future', '{"a":[1]}')`,
  'an audit event': `WITH moved AS (
      UPDATE organization SET audit_sequence = audit_sequence + 1 WHERE name = 'acme' RETURNING id, audit_sequence, audit_head)
    INSERT INTO audit_event (tenant_id, sequence, at, type, actor, detail, previous_hash, hash)
    SELECT id, audit_sequence, 0, 'robot_taught', '{"type":"robot","id":"r","name":"r2"}', '{"lesson":{"deep":[null]}}', audit_head, repeat('a', 64)
    FROM moved`,
  'an activity': `WITH batch AS (INSERT INTO activity_batch VALUES ('future', 0, 0, 1, 'x') RETURNING id)
    INSERT INTO activity (batch_id, at, type, organization_id, detail)
    SELECT batch.id, 0, 'scanned', o.id, '{"outcome":"maybe"}' FROM batch, organization o WHERE o.name = 'acme'`,
  'a kind of signing key': `INSERT INTO signing_key (id, state, sealed_private_key, public_jwk, created_at, state_since)
    VALUES ('attestation:abc', 'active', '', '{"kty":"AKP"}', 0, 0)`,
  'a kind of credential': `INSERT INTO credential (id, kind, organization_id, name, description, status, scopes, allowed_addresses, created_by, created_at, version, session_version)
    SELECT 'future-credential', 'scim-token', id, 'scim', '', 'active', '["scim:everything"]', '[]', 'olga', 0, 1, 1 FROM organization WHERE name = 'acme'`,
  'an action in a rule': `UPDATE permission_rule SET actions = replace(actions, '[', '["content/sign",')`,
  'a state of a user': `INSERT INTO user_account (id, name, display_name, installation_administrator, status, version, created_at)
    VALUES ('future-user', 'zoe', 'Zoe', 0, 'dormant', 1, 0)`,
  'a role': `INSERT INTO membership SELECT id, 'future-user', 'billing', 0 FROM organization WHERE name = 'acme'`,
  'a visibility': `UPDATE repository SET visibility = 'internal' WHERE name = 'inner'`,
  'a kind of policy': `INSERT INTO organization_policy (organization_id, kind, document, updated_at)
    SELECT id, 'egress', '{"mode":"enforce","future":true}', 0 FROM organization WHERE name = 'acme'`,
}

describeWith([], 'an older version beside a newer one', () => {
  let company: Company
  let database: Connection

  beforeAll(async () => {
    company = await openCompany()
    for (const name of ['app', 'inner'])
      await pushImage({ send: (method, path, sent) => company.send(0, method, path, sent) }, `acme/${name}`, {
        as: company.robot,
        tag: 'v1',
      })
    database = await connectTo(company.replicas.postgres?.url)
  })
  afterAll(async () => {
    await database?.end()
    await company?.close()
  })

  const announce = (topics: string) =>
    database.query(
      `INSERT INTO change (id, topics, at) VALUES (gen_random_uuid()::text, $1, (extract(epoch from clock_timestamp()) * 1000)::bigint)`,
      [topics],
    )
  const list = (at: number, path: string) =>
    company.send(at, 'GET', `/api/v1${path}`, { token: company.admin.bearer })

  it('forgets everything at a topic that it does not know, at what is no topic, and hears all the while', async () => {
    const issued = await company.admin.organizationToken('acme', 'topical', {
      repositories: [{ repository: 'app', permissions: ['scope-image-pull'] }],
    })
    const pull = async (at: number) =>
      (await company.send(at, 'GET', '/v2/acme/app/manifests/v1', { as: loginOf(issued.credentials) })).status
    for (const [n, topics] of ['["robot:r2"]', '{"form":2}', 'no JSON'].entries()) {
      const status = n % 2 === 0 ? 'inactive' : 'active'
      for (const at of [0, 1]) expect(await pull(at)).toBe(n % 2 === 0 ? 200 : 401)
      await database.query(`UPDATE credential SET status = $1 WHERE name = 'topical'`, [status])
      await announce(topics)
      for (const at of [0, 1]) await expect.poll(() => pull(at), SOON).toBe(n % 2 === 0 ? 401 : 200)
    }
    await database.query(`SELECT pg_notify('wharden_change', repeat('x', 7999))`)
    expect(await pull(0)).toBe(401)
  })

  it('hears of a change of thousands of topics, and of thousands of changes at once', async () => {
    const many = JSON.stringify(Array.from({ length: 5_000 }, (_, n) => `credential:none-${n}`))
    await announce(many)
    await database.query('BEGIN')
    await database.query(
      `INSERT INTO change (id, topics, at) SELECT 'many-' || n, '["credential:none"]', (extract(epoch from clock_timestamp()) * 1000)::bigint
       FROM generate_series(1, 20000) n`,
    )
    await database.query(`UPDATE credential SET status = 'active' WHERE name = 'topical'`)
    await announce('["robot:last"]')
    await database.query('COMMIT')
    const began = performance.now()
    const { rows } = await database.query(`SELECT count(*)::int AS n FROM change`)
    expect(rows[0].n).toBeGreaterThan(20_000)
    for (const at of [0, 1])
      await expect.poll(async () => (await list(at, '/organizations')).status, SOON).toBe(200)
    const health = await company.send(1, 'GET', '/health/ready')
    expect(health.status).toBe(200)
    console.log(`20,000 changes at once: answering after ${Math.round(performance.now() - began)} ms`)
  })

  it.each(Object.entries(WRITTEN))('goes on where the newer one has written %s', async (_, sql) => {
    await database.query(sql)
    await announce('["everything:new"]')
    for (const at of [0, 1]) {
      const problems: string[] = []
      const pulled = await company.send(at, 'GET', '/v2/acme/app/manifests/v1', { as: company.robot })
      if (pulled.status !== 200) problems.push(`pull: ${pulled.status} ${pulled.text}`)
      for (const path of [
        '/organizations',
        '/organizations/acme',
        '/organizations/acme/members',
        '/organizations/acme/repositories',
        '/organizations/acme/policies',
        '/tokens?organization=acme',
        '/users',
        '/audit?organization=acme',
        '/activity?organization=acme',
        '/health',
      ]) {
        const answer = await list(at, path)
        if (answer.status !== 200) problems.push(`${path}: ${answer.status} ${answer.text.slice(0, 300)}`)
      }
      expect(problems).toEqual([])
    }
    // And pushes, and changes, and starts again.
    await pushImage({ send: (method, path, sent) => company.send(1, method, path, sent) }, 'acme/app', {
      as: company.robot,
      tag: 'v1',
    })
    await company.admin.organizationToken('acme', 'after', {
      repositories: [{ repository: 'app', permissions: ['scope-image-pull'] }],
    })
  })

  it('takes none of it for a right: what is shown to members is shown to nobody else', async () => {
    expect((await company.send(1, 'GET', '/v2/acme/inner/manifests/v1')).status).toBe(401)
  })

  it('starts beside it, too', async () => {
    await company.replica(1).kill()
    await company.replica(1).start()
    expect((await company.send(1, 'GET', '/v2/acme/app/manifests/v1', { as: company.robot })).status).toBe(
      200,
    )
  })
})
