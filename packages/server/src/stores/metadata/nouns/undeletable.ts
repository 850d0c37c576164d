import type { Digest, Tag } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { UndeletableImage } from '../port/repositories.ts'
import type { Session } from '../session.ts'
import { locksOf, type LockRow } from './locks.ts'

type Row = LockRow & { readonly tag: Tag | null; readonly digest: Digest }

const LOCKS = 'delete_enabled, write_enabled, read_enabled, list_enabled'
const LOCKED = 'repository_id = ? AND (delete_enabled = 0 OR write_enabled = 0)'

/** All manifests that need a part: those that name it, and the indexes that name those. */
const HOLDERS = `WITH RECURSIVE holder(digest) AS (
    SELECT manifest_digest FROM manifest_reference WHERE repository_id = ? AND child_digest = ?
    UNION SELECT r.manifest_digest FROM manifest_reference r JOIN holder h ON r.child_digest = h.digest
      WHERE r.repository_id = ?)`

const found = (condition: string) => `
  SELECT 0 AS place, name AS tag, digest, ${LOCKS} FROM tag WHERE ${condition}
  UNION ALL SELECT 1, NULL, digest, ${LOCKS} FROM manifest WHERE ${condition}
  ORDER BY place, tag, digest LIMIT 1`

const ANY = found(LOCKED)
const HOLDING = `${HOLDERS} ${found(`${LOCKED} AND digest IN (SELECT digest FROM holder)`)}`

/** The first tag that is locked against deletion, else the first manifest. `part`: only of those that need it. */
export async function findUndeletable(
  session: Session,
  repository: RepositoryId,
  part?: Digest,
): Promise<UndeletableImage | undefined> {
  const [row] =
    part === undefined
      ? await session.hot<Row>(ANY, repository, repository)
      : await session.hot<Row>(HOLDING, repository, part, repository, repository, repository)
  if (row === undefined) return undefined
  const { tag, digest } = row
  const reference = tag === null ? ({ type: 'digest', digest } as const) : ({ type: 'tag', tag } as const)
  return { reference, locks: locksOf(row) }
}
