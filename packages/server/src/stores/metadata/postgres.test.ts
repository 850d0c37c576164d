import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPostgresInstalled, startPostgres, type TestPostgres } from '../../../test/postgres.ts'
import {
  createOrganization,
  createUser,
  required,
  SYSTEM,
  uniqueName,
  type Harness,
} from './contract/harness.ts'
import { metadataStoreContract } from './contract.ts'
import { readMigrations } from './migration-plan.ts'
import { migrateMetadataStore, openMetadataStore, type MetadataLocation } from './open.ts'
import type { Change } from './port/changes.ts'
import type { MetadataStore } from './port.ts'

const installed = await isPostgresInstalled()
if (!installed)
  process.stderr.write('SKIPPED: the metadata store on PostgreSQL: install the package `postgresql`\n')
let postgres: TestPostgres | undefined

async function create(): Promise<MetadataLocation> {
  return { type: 'postgres', url: await required(postgres).createDatabase(), connections: 8 }
}

function urlOf(location: MetadataLocation): string {
  if (location.type !== 'postgres') throw new Error('not PostgreSQL')
  return location.url
}

async function connect(location: MetadataLocation): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: urlOf(location) })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function tamper(location: MetadataLocation, sql: string): Promise<void> {
  const client = await connect(location)
  await client.query(sql)
  await client.end()
}

const harness: Harness = { create, tamper }

describe.skipIf(!installed)('PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(async () => postgres?.stop())

  metadataStoreContract(harness)

  test('the database sorts by ICU, and the names by bytes all the same', async () => {
    const location = await create()
    await migrateMetadataStore(location, { type: 'apply' })
    const client = await connect(location)
    const words = (order: string) =>
      `SELECT string_agg(w, ' ' ORDER BY ${order}) AS w FROM unnest(ARRAY['V1','a-b','a_c','ab','v1-2']) w`
    expect((await client.query(words('w'))).rows).toEqual([{ w: 'a_c a-b ab V1 v1-2' }])
    const columns = await client.query(
      "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'",
    )
    expect(columns.rows).toEqual([])
    await client.end()
  })

  test('servers that start together migrate once; a check changes nothing', async () => {
    const location = await create()
    expect(await migrateMetadataStore(location, { type: 'check' })).toEqual({
      applied: [],
      pending: (await readMigrations('postgres')).map(({ name }) => name),
    })
    await expect(openMetadataStore(location, { migrate: 'check' })).rejects.toMatchObject({
      code: 'migration',
    })
    const stores = await Promise.all(Array.from({ length: 3 }, () => openMetadataStore(location)))
    await Promise.all(stores.map((store) => store.close()))
    await tamper(location, "UPDATE migration SET checksum = 'x'")
    await expect(openMetadataStore(location)).rejects.toMatchObject({
      code: 'migration',
      message: expect.stringContaining('migration `0001-ground` was changed after it had been applied'),
    })
  })

  test('a node may start while others notify without end', async () => {
    const location = await create()
    await migrateMetadataStore(location, { type: 'apply' })
    const raw = await connect(location)
    let going = true
    const notifying = (async () => {
      while (going) await raw.query('NOTIFY wharden_change')
    })()
    for (let time = 0; time < 20; time += 1) await (await openMetadataStore(location)).close()
    going = false
    await notifying
    await raw.end()
  })

  test('columns that a newer version adds meanwhile disturb nobody who has prepared statements', async () => {
    const location = await create()
    const store = await openMetadataStore(location)
    const raw = await connect(location)
    const { id, name } = await createOrganization(store)
    const read = () => store.read.organizations.byName(name)
    await Promise.all(Array.from({ length: 8 }, read))
    const change = () =>
      store.change(id, SYSTEM, async (tx) => {
        await tx.organizations.byName(name)
        await tx.record({ type: 'after', detail: {} })
      })
    await change()
    await raw.query('ALTER TABLE organization ADD COLUMN future text')
    expect((await Promise.all(Array.from({ length: 8 }, read))).every((found) => found?.id === id)).toBe(true)
    await raw.query('ALTER TABLE organization ADD COLUMN farther text')
    await Promise.all([change(), change()])
    expect(await store.read.audit.verify(id)).toMatchObject({ type: 'intact', events: 3 })
    await raw.end()
    await store.close()
  })

  test('a server that is not there is said so', async () => {
    const store = openMetadataStore({ type: 'postgres', url: 'postgresql://nobody@127.0.0.1:1/none' })
    await expect(store).rejects.toMatchObject({ code: 'unavailable' })
  })

  describe('two nodes', () => {
    let location: MetadataLocation
    let one: MetadataStore
    let other: MetadataStore
    let raw: pg.Client
    beforeAll(async () => {
      location = await create()
      one = await openMetadataStore(location)
      other = await openMetadataStore(location)
      raw = await connect(location)
    })
    afterAll(async () => {
      await raw.end()
      await one.close()
      await other.close()
    })

    test('what one changes the other hears of, exactly once', async () => {
      const heard = listen(other)
      const startedAt = performance.now()
      const { id, name } = await createOrganization(one)
      await heard.until((change) => concerns(change, `organization:${id}`))
      expect(performance.now() - startedAt).toBeLessThan(1_000)
      await pause(1_500)
      heard.stop()
      expect(heard.changes.filter((change) => concerns(change, `account:${name}`))).toHaveLength(1)
      expect(other.changes.unconfirmedFor()).toBeLessThan(2_500)
    })

    test('what one changes it hears of itself exactly once', async () => {
      const heard = listen(one)
      const { id } = await createOrganization(one)
      await pause(1_500)
      heard.stop()
      expect(heard.changes.filter((change) => concerns(change, `organization:${id}`))).toHaveLength(1)
    })

    test('without any notification it is heard within two seconds', async () => {
      const heard = listen(other)
      const startedAt = performance.now()
      await raw.query(announcement('silent'))
      await heard.until((change) => concerns(change, 'setting:silent'))
      expect(performance.now() - startedAt).toBeLessThan(2_000)
      heard.stop()
    })

    test('the row of a slow transaction is not lost behind those that overtook it', async () => {
      const heard = listen(other)
      await raw.query('BEGIN')
      await raw.query(announcement('slow'))
      for (let count = 0; count < 3; count += 1) {
        const { id } = await createOrganization(one)
        await heard.until((change) => concerns(change, `organization:${id}`))
      }
      await pause(1_200)
      await raw.query('COMMIT')
      await heard.until((change) => concerns(change, 'setting:slow'))
      heard.stop()
      expect(heard.changes.filter((change) => concerns(change, 'setting:slow'))).toHaveLength(1)
    })

    test('nodes contend for one organization: versions rise by one, the chain has no forks, the last owner stays', async () => {
      const { id } = await createOrganization(one)
      const owners = await Promise.all(
        Array.from({ length: 6 }, (_, index) => createUser(index % 2 === 0 ? one : other)),
      )
      await one.change(id, SYSTEM, async (tx) => {
        for (const owner of owners) await tx.memberships.put(id, owner.id, 'owner')
      })
      const versions = await Promise.all(
        owners.flatMap((owner, index) =>
          [one, other].map((store) =>
            store.change(id, SYSTEM, async (tx) => {
              if ((await tx.memberships.countOwners(id)) > 1) await tx.memberships.delete(id, owner.id)
              await tx.record({ type: 'member_removed', detail: { index } })
              return tx.version
            }),
          ),
        ),
      )
      expect(versions.toSorted((a, b) => a - b)).toEqual(versions.map((_, index) => index + 2))
      expect(await other.read.memberships.countOwners(id)).toBe(1)
      expect(await other.read.audit.verify(id)).toMatchObject({ type: 'intact', events: 12 })
    })

    test('a lost connection to the feed is mended, and everything is forgotten', async () => {
      const heard = listen(other)
      const { rowCount } = await raw.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'LISTEN|pg_snapshot_xmin|NOTIFY' AND pid <> pg_backend_pid()",
      )
      expect(rowCount).toBeGreaterThanOrEqual(2)
      await heard.until((change) => change.type === 'resync')
      const { id } = await createOrganization(one)
      await heard.until((change) => concerns(change, `organization:${id}`))
      heard.stop()
    })

    test('a statement that fails and is forgiven still fails its transaction', async () => {
      const name = uniqueName('forgiven')
      const write = one.change(one.installation, SYSTEM, async (tx) => {
        await tx.organizations.create({ name })
        await tx.activity.insertBatch([], Number.NaN).catch(() => undefined)
        return 'done'
      })
      await expect(write).rejects.toBeDefined()
      expect(await one.read.organizations.byName(name)).toBeUndefined()
    })
  })

  test('a server that dies and comes back: nothing is confirmed meanwhile, nothing committed is lost, all is forgotten', async () => {
    const location = await create()
    const store = await openMetadataStore(location)
    const heard = listen(store)
    const { id } = await createOrganization(store)
    await Promise.all(Array.from({ length: 8 }, () => store.read.users.count()))
    const { crash, resume } = required(postgres)
    await crash()
    for (const act of [() => store.read.users.count(), () => createOrganization(store), () => store.ping()])
      await expect(act()).rejects.toMatchObject({ code: 'unavailable' })
    await expect.poll(() => store.changes.unconfirmedFor(), { timeout: 4_000 }).toBeGreaterThan(1_500)
    await resume()
    await heard.until((change) => change.type === 'resync')
    expect(await store.read.organizations.byId(id)).toBeDefined()
    await store.change(id, SYSTEM, (tx) => tx.record({ type: 'after', detail: {} }))
    expect(store.changes.unconfirmedFor()).toBeLessThan(1_500)
    heard.stop()
    await store.close()
  })
})

function announcement(key: string): string {
  return `INSERT INTO change (id, topics, at) VALUES ('${key}', '["setting:${key}"]', (extract(epoch from now()) * 1000)::bigint)`
}

function concerns(change: Change, topic: string): boolean {
  return change.type === 'topics' && change.topics.some((named) => named === topic)
}

function listen(store: MetadataStore) {
  const changes: Change[] = []
  let look = () => {}
  const stop = store.changes.subscribe((change) => {
    changes.push(change)
    look()
  })
  const until = (wanted: (change: Change) => boolean) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (changes.some(wanted)) resolve()
      }
      look()
    })
  return { changes, stop, until }
}
