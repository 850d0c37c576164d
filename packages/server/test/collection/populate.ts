/** Very many blobs that manifests need, and a few that none does, as rows: to see what finding the few costs. */

export type Population = {
  readonly blobs: number
  /** Of these, spread evenly. */
  readonly garbage: number
  /** Milliseconds since 1970: when nothing needed the garbage any more. */
  readonly idleSince: number
  /** What stands in the time of a blob that was found linked; another time: it was not looked at yet. */
  readonly linkedSince: number
}

const BLOBS_PER_MANIFEST = 10
const BLOBS_PER_REPOSITORY = 1_000
const SIZE = 1_000_000

/** The statements that make it, in an empty database with its schema, on either dialect. */
export function populate(dialect: 'sqlite' | 'postgres', population: Population): readonly string[] {
  const { blobs, garbage, idleSince, linkedSince } = population
  const bytes = dialect === 'sqlite' ? "x''" : "''::bytea"
  const each = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${blobs})`
  const isGarbage = garbage === 0 ? 'FALSE' : `i % ${Math.floor(blobs / garbage)} = 0`
  const repository = `'r' || (i / ${BLOBS_PER_REPOSITORY})`
  const manifest = `'sha256:' || ${digits('f', `(i / ${BLOBS_PER_MANIFEST})`)}`
  const blob = `'sha256:' || ${digits('0', 'i')}`
  return [
    `INSERT INTO organization (id, name, display_name, plan, settings, created_at)
     VALUES ('o', 'many', 'many', 'unlimited', '{}', 0)`,
    `INSERT INTO repository (id, organization_id, name, full_name, state, visibility, description, created_at, updated_at)
     ${each} SELECT DISTINCT ${repository}, 'o', ${repository}, 'many/' || ${repository}, 'live', 'private', '', 0, 0 FROM n`,
    `INSERT INTO blob (digest, key, size, stored_at, touched_at)
     ${each} SELECT ${blob}, '00000000000000000000' || CAST(100000000000 + i AS text), ${SIZE}, 0, ${linkedSince} FROM n`,
    `INSERT INTO blob_link (repository_id, digest, linked_at, touched_at)
     ${each} SELECT ${repository}, ${blob}, 0, CASE WHEN ${isGarbage} THEN ${idleSince} END FROM n`,
    `INSERT INTO manifest (repository_id, digest, media_type, annotations, size, pushed_at, body)
     ${each} SELECT DISTINCT ${repository}, ${manifest}, 'm', '{}', 0, 0, ${bytes} FROM n`,
    `INSERT INTO manifest_reference (repository_id, manifest_digest, kind, child_digest)
     ${each} SELECT ${repository}, ${manifest}, 'blob', ${blob} FROM n WHERE NOT (${isGarbage})`,
    'ANALYZE',
  ]
}

/** 64 digits that end in a number, which is hexadecimal enough. */
function digits(fill: string, number: string): string {
  return `'${fill.repeat(52)}' || CAST(100000000000 + ${number} AS text)`
}
