import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { createOrganization, required, type Harness } from './contract/harness.ts'
import { metadataStoreContract } from './contract.ts'
import { readMigrations } from './migration-plan.ts'
import { migrateMetadataStore, openMetadataStore, type MetadataLocation } from './open.ts'

type SqliteLocation = Extract<MetadataLocation, { type: 'sqlite' }>

const directories: string[] = []
afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

async function create(): Promise<SqliteLocation> {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-metadata-'))
  directories.push(directory)
  return { type: 'sqlite', file: join(directory, 'metadata.db') }
}

async function tamper(location: MetadataLocation, sql: string): Promise<void> {
  if (location.type !== 'sqlite') throw new Error('not SQLite')
  const database = new DatabaseSync(location.file)
  database.exec(sql)
  database.close()
}

const MIGRATIONS = (await readMigrations('sqlite')).map(({ name }) => name)

const harness: Harness = { create, tamper }

describe('SQLite', () => {
  metadataStoreContract(harness)

  test('one process owns the file, one store in it; the second is told who', async () => {
    const location = await create()
    const first = await openMetadataStore(location)
    await expect(openMetadataStore(location)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`\`${dirname(location.file)}\` is in use by process ${process.pid}`),
    })
    await first.close()
    await (await openMetadataStore(location)).close()
  })

  test('closing lets what has begun come to its end and refuses what comes after', async () => {
    const store = await openMetadataStore(await create())
    const begun = Array.from({ length: 20 }, () => createOrganization(store))
    const closed = store.close()
    await Promise.all(begun)
    await closed
    await expect(createOrganization(store)).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
  })

  test('a second start finds what the first one wrote, and applies no migration twice', async () => {
    const location = await create()
    expect(await migrateMetadataStore(location, { type: 'check' })).toEqual({
      applied: [],
      pending: MIGRATIONS,
    })
    await expect(openMetadataStore(location, { migrate: 'check' })).rejects.toMatchObject({
      code: 'migration',
      message: expect.stringMatching(/^the database lacks `0001-ground`.*: run `wharden migrate`$/),
    })
    expect(await migrateMetadataStore(location, { type: 'apply' })).toEqual({
      applied: MIGRATIONS,
      pending: [],
    })
    expect(await migrateMetadataStore(location, { type: 'apply' })).toEqual({ applied: [], pending: [] })
    const first = await openMetadataStore(location, { migrate: 'check' })
    const { name } = await createOrganization(first)
    await first.close()
    const second = await openMetadataStore(location)
    expect(required(await second.read.organizations.byName(name)).name).toBe(name)
    await second.close()
  })

  test.each([
    [
      'altered',
      "UPDATE migration SET checksum = 'x'",
      'migration `0001-ground` was changed after it had been applied',
    ],
    [
      'unknown',
      "INSERT INTO migration VALUES ('9999-later.contract', 'x', 0)",
      'migration `9999-later.contract` was applied to it and is not known here',
    ],
    [
      'another',
      "UPDATE migration SET name = '0001-other' WHERE name = '0001-ground'",
      'migration `0001-other` was applied to it where `0001-ground` is expected',
    ],
  ])('a history that is not ours (%s) is refused', async (_, sql, sentence) => {
    const location = await create()
    await migrateMetadataStore(location, { type: 'apply' })
    await tamper(location, sql)
    await expect(openMetadataStore(location)).rejects.toMatchObject({
      code: 'migration',
      message: expect.stringContaining(sentence),
    })
  })
})
