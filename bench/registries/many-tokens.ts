/** Registry tokens by the thousand, put into the database past the API: making a million by it would measure something else. */
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { connectTo } from '../../packages/server/test/connect-to.ts'
import { checksum } from '../../packages/server/src/identity/secret.ts'

export type Credentials = { readonly username: string; readonly password: string }

/** `number` of which token: the same text each time. */
export function credentialsOf(number: number): Credentials {
  const body = `whd_rgt_${hash('sha256', `token ${number}`).slice(0, 30)}`
  return { username: nameOf(number), password: body + checksum(body) }
}

/** Into the file of a server that is stopped, whose only organization but the installation is `acme`. */
export function fillSqlite(file: string, count: number): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA synchronous = OFF; BEGIN')
  const [row] = database.prepare("SELECT id FROM organization WHERE name = 'acme'").all()
  const organization = String(row?.['id'])
  const credential = database.prepare(
    `INSERT INTO credential ${CREDENTIAL_COLUMNS} VALUES (?, 'registry-token', ?, ?, ${REST})`,
  )
  const secret = database.prepare(
    `INSERT INTO credential_secret ${SECRET_COLUMNS} VALUES (?, ?, 'password1', 0)`,
  )
  const rule = database.prepare(`INSERT INTO permission_rule ${RULE_COLUMNS} VALUES (?, ?, 0, ?, ${RULE})`)
  for (let number = 0; number < count; number += 1) {
    const id = idOf(number)
    credential.run(id, organization, nameOf(number))
    secret.run(hash('sha256', credentialsOf(number).password, 'buffer'), id)
    rule.run(`rule of ${id}`, id, patternFor(organization))
  }
  database.exec('COMMIT; ANALYZE')
  database.close()
}

/** As `fillSqlite`; a running server finds what it hasn't looked for yet. */
export async function fillPostgres(url: string, count: number): Promise<void> {
  const client = await connectTo(url)
  const found = await client.query("SELECT id FROM organization WHERE name = 'acme'")
  const organization = found.rows[0]?.id ?? ''
  for (let start = 0; start < count; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => start + index)
    const ids = numbers.map(idOf)
    await client.query(
      `INSERT INTO credential ${CREDENTIAL_COLUMNS} SELECT id, 'registry-token', $1, name, ${REST} FROM unnest($2::text[], $3::text[]) AS t (id, name)`,
      [organization, ids, numbers.map(nameOf)],
    )
    await client.query(
      `INSERT INTO credential_secret ${SECRET_COLUMNS} SELECT hash, id, 'password1', 0 FROM unnest($1::bytea[], $2::text[]) AS t (hash, id)`,
      [numbers.map((number) => hash('sha256', credentialsOf(number).password, 'buffer')), ids],
    )
    await client.query(
      `INSERT INTO permission_rule ${RULE_COLUMNS} SELECT 'rule of ' || id, id, 0, $1, ${RULE} FROM unnest($2::text[]) AS t (id)`,
      [patternFor(organization), ids],
    )
  }
  await client.query('ANALYZE')
  await client.end()
}

const BATCH = 10_000

const CREDENTIAL_COLUMNS =
  '(id, kind, organization_id, name, description, status, scopes, allowed_addresses, created_by, created_at, version, session_version)'
const REST = "'', 'active', '[]', '[]', 'bench', 0, 1, 1"
const SECRET_COLUMNS = '(hash, credential_id, slot, created_at)'
const RULE_COLUMNS = '(id, credential_id, position, pattern, actions, label)'
const RULE = `'["content/read","content/write","metadata/read"]', 'bench/*'`

function nameOf(number: number): string {
  return `device${number}`
}

function idOf(number: number): string {
  return hash('md5', `token ${number}`)
}

function patternFor(organization: string): string {
  return JSON.stringify({ type: 'under', organization, prefix: 'bench/' })
}
