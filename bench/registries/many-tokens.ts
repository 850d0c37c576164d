/**
 * Registry tokens by the thousand, each on a scope map of 50 repositories, put into the database past the API: making a million
 * by it would measure something else, which `bench/size.ts` does.
 */
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { connectTo } from '../../packages/server/test/connect-to.ts'
import { checksum } from '../../packages/server/src/identity/secret.ts'

export type Credentials = { readonly username: string; readonly password: string }

/** As many as an organization may have in Azure's registries; more tokens than that share them. */
export const MOST_MAPS = 20_000
export const REPOSITORIES = 50

/** `number` of which token: the same text each time. */
export function credentialsOf(number: number): Credentials {
  const body = `whd_rgt_${hash('sha256', `token ${number}`).slice(0, 30)}`
  return { username: nameOf(number), password: body + checksum(body) }
}

/** Into the file of a server that is stopped, whose only organization but the installation is `acme`. */
export function fillSqlite(file: string, count: number): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA synchronous = OFF; BEGIN')
  const { organization, repository } = idsIn(database.prepare(IDS).all())
  const map = database.prepare(`INSERT INTO scope_map ${MAP_COLUMNS} VALUES (?, ?, ?, ${MAP_REST})`)
  const rule = database.prepare(`INSERT INTO permission_rule ${RULE_COLUMNS} VALUES (?, ?, ?, ?, ?, ${RULE})`)
  for (let number = 0; number < mapsFor(count); number += 1) {
    map.run(mapOf(number), organization, `map${number}`)
    for (const { id, position, pattern, repository_id } of rulesOf(number, repository))
      rule.run(id, mapOf(number), position, pattern, repository_id)
  }
  const credential = database.prepare(
    `INSERT INTO credential ${CREDENTIAL_COLUMNS} VALUES (?, 'registry-token', ?, ?, ?, ${REST})`,
  )
  const secret = database.prepare(
    `INSERT INTO credential_secret ${SECRET_COLUMNS} VALUES (?, ?, 'password1', 0)`,
  )
  for (let number = 0; number < count; number += 1) {
    const id = idOf(number)
    credential.run(id, organization, nameOf(number), mapOf(number % mapsFor(count)))
    secret.run(hash('sha256', credentialsOf(number).password, 'buffer'), id)
  }
  database.exec('COMMIT; ANALYZE')
  database.close()
}

/** As `fillSqlite`; a running server finds what it hasn't looked for yet. */
export async function fillPostgres(url: string, count: number): Promise<void> {
  const client = await connectTo(url)
  const { organization, repository } = idsIn((await client.query(IDS)).rows)
  await inBatches(mapsFor(count), 200, async (numbers) => {
    const ids = numbers.map(mapOf)
    await client.query(
      `INSERT INTO scope_map ${MAP_COLUMNS} SELECT id, $1, name, ${MAP_REST} FROM unnest($2::text[], $3::text[]) AS t (id, name)`,
      [organization, ids, numbers.map((number) => `map${number}`)],
    )
    const rules = numbers.flatMap((number) => rulesOf(number, repository))
    const values = (['id', 'map', 'position', 'pattern', 'repository_id'] as const).map((column) =>
      rules.map((rule) => rule[column]),
    )
    await client.query(
      `INSERT INTO permission_rule ${RULE_COLUMNS} SELECT *, ${RULE} FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[])`,
      values,
    )
  })
  await inBatches(count, 10_000, async (numbers) => {
    const ids = numbers.map(idOf)
    const maps = numbers.map((number) => mapOf(number % mapsFor(count)))
    await client.query(
      `INSERT INTO credential ${CREDENTIAL_COLUMNS} SELECT id, 'registry-token', $1, name, map, ${REST} FROM unnest($2::text[], $3::text[], $4::text[]) AS t (id, name, map)`,
      [organization, ids, numbers.map(nameOf), maps],
    )
    await client.query(
      `INSERT INTO credential_secret ${SECRET_COLUMNS} SELECT hash, id, 'password1', 0 FROM unnest($1::bytea[], $2::text[]) AS t (hash, id)`,
      [numbers.map((number) => hash('sha256', credentialsOf(number).password, 'buffer')), ids],
    )
  })
  await client.query('ANALYZE')
  await client.end()
}

async function inBatches(
  count: number,
  size: number,
  work: (numbers: readonly number[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < count; start += size)
    await work(Array.from({ length: Math.min(size, count - start) }, (_, index) => start + index))
}

/** Whose tokens they are, and which repository is asked for. */
const IDS =
  "SELECT id AS repository, organization_id AS organization FROM repository WHERE name = 'bench/app'"

function idsIn([row]: readonly { readonly [column: string]: unknown }[]) {
  return { organization: String(row?.['organization']), repository: String(row?.['repository']) }
}

const MAP_COLUMNS = '(id, organization_id, name, description, system, version, created_at)'
const MAP_REST = "'', 0, 1, 0"
const CREDENTIAL_COLUMNS =
  '(id, kind, organization_id, name, scope_map_id, description, status, scopes, allowed_addresses, created_by, created_at, version, session_version)'
const REST = "'', 'active', '[]', '[]', 'bench', 0, 1, 1"
const SECRET_COLUMNS = '(hash, credential_id, slot, created_at)'
const RULE_COLUMNS = '(id, scope_map_id, position, pattern, repository_id, actions, label)'
const RULE = `'["content/read","content/write","metadata/read"]', 'bench/app'`

function mapsFor(count: number): number {
  return Math.min(count, MOST_MAPS)
}

/** One of them is the repository that is asked for. */
function rulesOf(number: number, asked: string) {
  return Array.from({ length: REPOSITORIES }, (_, position) => {
    // In the order of their making, as the server's own ids are: rules of one map lie together.
    const id = `${String(number).padStart(8, '0')}-${String(position).padStart(27, '0')}`
    const repository = position === REPOSITORIES / 2 ? asked : hash('md5', `repository ${number} ${position}`)
    const pattern = JSON.stringify({ type: 'repository', repository })
    return { id, map: mapOf(number), position, pattern, repository_id: repository }
  })
}

function mapOf(number: number): string {
  return hash('md5', `map ${number}`)
}

function nameOf(number: number): string {
  return `device${number}`
}

function idOf(number: number): string {
  return hash('md5', `token ${number}`)
}
