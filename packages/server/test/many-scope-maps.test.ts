/**
 * What very many scope maps and tokens take, told by the number of statements: it hangs on what is touched, not on what there is.
 * How long they take at full size, `bench/size.ts` measures.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileGrants, organizationGrants, ROLE_RIGHTS, type CredentialId } from '@wharden/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addScopeMap } from '../src/operations/manage/scope-map/add-scope-map.ts'
import { readScopeMapRules } from '../src/operations/manage/scope-map/scope-map-rules.ts'
import type { SignedIn } from '../src/operations/manage/signed-in.ts'
import { createOrganization, required, SYSTEM } from '../src/stores/metadata/contract/harness.ts'
import type { OpenContext } from '../src/stores/metadata/open.ts'
import type { OrganizationRecord } from '../src/stores/metadata/port/accounts.ts'
import type { ScopeMapRecord } from '../src/stores/metadata/port/credentials.ts'
import type { ChangeNouns, MetadataStore } from '../src/stores/metadata/port.ts'
import { openPostgres } from '../src/stores/metadata/postgres/open.ts'
import { openSqlite } from '../src/stores/metadata/sqlite/open.ts'
import { createStore, type Driver } from '../src/stores/metadata/store.ts'
import { isPostgresInstalled, startPostgres } from './postgres.ts'

const MAPS = 200
const REPOSITORIES = 50

const context: OpenContext = { now: Date.now, log: () => {}, migrate: 'apply', patience: 10_000 }

/** @returns how many statements its transactions have executed */
function counting(driver: Driver): { readonly driver: Driver; readonly statements: () => number } {
  let statements = 0
  return {
    statements: () => statements,
    driver: {
      ...driver,
      transaction: (work) =>
        driver.transaction((execute) =>
          work((...statement) => {
            statements += 1
            return execute(...statement)
          }),
        ),
    },
  }
}

const databases = [
  {
    name: 'SQLite',
    open: async () => {
      const directory = await mkdtemp(join(tmpdir(), 'wharden-many-'))
      const driver = await openSqlite(join(directory, 'metadata.db'), context)
      return { driver, remove: () => rm(directory, { recursive: true }) }
    },
  },
  {
    name: 'PostgreSQL',
    open: async () => {
      const postgres = required(await startPostgres())
      const driver = await openPostgres({ type: 'postgres', url: await postgres.createDatabase() }, context)
      return { driver, remove: postgres.stop }
    },
  },
]
const installed = await isPostgresInstalled()

for (const { name, open } of databases)
  describe.skipIf(name === 'PostgreSQL' && !installed)(`${MAPS} scope maps on ${name}`, () => {
    let store: MetadataStore
    let statements: () => number
    let organization: OrganizationRecord
    let close: () => Promise<void>

    beforeAll(async () => {
      const opened = await open()
      const counted = counting(opened.driver)
      statements = counted.statements
      store = createStore(counted.driver, Date.now)
      organization = await createOrganization(store)
      close = async () => {
        await store.close()
        await opened.remove()
      }
    }, 60_000)
    afterAll(() => close())

    /** How many statements a change takes. */
    async function cost(work: (tx: ChangeNouns) => Promise<unknown>): Promise<number> {
      const before = statements()
      await store.change(organization.id, SYSTEM, work)
      return statements() - before
    }

    const add = (map: string, repository: (number: number) => string) => (tx: ChangeNouns) =>
      addScopeMap(tx, organization, ownerOf(organization), {
        name: map,
        description: '',
        rules: readScopeMapRules(
          Array.from({ length: REPOSITORIES }, (_, number) => ({
            repository: repository(number),
            permissions: ['content/read', 'content/write'],
          })),
        ),
      })

    test('each of them takes as few statements as the first, whether its repositories are new or known', async () => {
      const costs: number[] = []
      for (let map = 0; map < MAPS; map += 1)
        costs.push(await cost(add(`map-${map}`, (number) => `team${map}/app${number}`)))
      expect(Math.max(...costs)).toBeLessThanOrEqual(20)
      // Now and then one more forgets old news.
      expect(Math.max(...costs)).toBeLessThanOrEqual(Math.min(...costs) + 1)
      const known = await cost(add('known', (number) => `team${number}/app7`))
      expect(known).toBeLessThan(Math.max(...costs))
    }, 60_000)

    test('a change of one, and its deletion, take no more where 200 tokens have it than where one has it', async () => {
      const [few, many] = [await make('few'), await make('many')]
      await store.change(organization.id, SYSTEM, async (tx) => {
        await give(tx, few, 1)
        await give(tx, many, MAPS)
      })
      const rules = [{ pattern: { type: 'public' }, actions: ['content/read'], label: '*' }] as const
      for (const act of [
        (tx: ChangeNouns, { id }: ScopeMapRecord) => tx.scopeMaps.update(id, { rules }),
        (tx: ChangeNouns, { id }: ScopeMapRecord) => tx.scopeMaps.delete(id),
      ]) {
        const ofFew = await cost((tx) => act(tx, few))
        expect(await cost((tx) => act(tx, many))).toBeLessThanOrEqual(ofFew + 1)
      }
    }, 60_000)

    function make(map: string): Promise<ScopeMapRecord> {
      return store.change(
        organization.id,
        SYSTEM,
        add(map, (number) => `${map}/app${number}`),
      )
    }

    async function give(tx: ChangeNouns, { id, name: map }: ScopeMapRecord, tokens: number): Promise<void> {
      for (let number = 0; number < tokens; number += 1)
        await tx.credentials.create({
          kind: 'registry-token',
          organization: organization.id,
          name: `${map}-${number}`,
          scopeMap: id,
          createdBy: 'a test',
          secrets: [],
        })
    }
  })

function ownerOf({ id }: OrganizationRecord): SignedIn {
  return {
    type: 'credential',
    credential: 'owner' as CredentialId,
    kind: 'session',
    memberships: [{ organization: id, role: 'owner' }],
    installationAdministrator: false,
    grants: compileGrants(organizationGrants(ROLE_RIGHTS.owner, id, 'role:owner')),
  }
}
