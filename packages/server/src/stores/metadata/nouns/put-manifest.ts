import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { ManifestPut, NewManifest } from '../port/manifests.ts'
import type { Session } from '../session.ts'
import { pointTag } from './tags.ts'

/** Small enough for either database's limit on bound values. */
const ROWS_PER_STATEMENT = 1_000

/** Everything a manifest needs is looked at and held in this transaction: garbage collection can't take it in between. */
export async function putManifest(session: Session, manifest: NewManifest): Promise<ManifestPut> {
  const { repository, digest, tag } = manifest
  const needed = [...new Set(manifest.blobs)]
  const blobs = await missing(needed, (some) => touchLinks(session, repository, some, null))
  const manifests = await missingManifests(session, repository, [...new Set(manifest.manifests)])
  if (blobs.length > 0 || manifests.length > 0) {
    // Those that are there are not needed after all, but will be: its client sends the others and comes again.
    for (const some of chunksOf(needed)) await touchLinks(session, repository, some, session.now())
    return { type: 'missing', blobs, manifests }
  }
  const created = await insertManifest(session, manifest)
  await insertReferences(session, manifest)
  const replaced = tag === undefined ? undefined : await pointTag(session, repository, tag, digest)
  return { type: 'stored', created, replaced }
}

/** Holds the links. `at`: since when no manifest needs them, or null, as one does. @returns those there are */
function touchLinks(
  session: Session,
  repository: RepositoryId,
  digests: readonly Digest[],
  at: number | null,
): Promise<readonly { readonly digest: Digest }[]> {
  return session.all(
    session.query
      .updateTable('blob_link')
      .set({ touched_at: at })
      .where('repository_id', '=', repository)
      .where('digest', 'in', digests)
      .returning('digest'),
  )
}

function missingManifests(
  session: Session,
  repository: RepositoryId,
  digests: readonly Digest[],
): Promise<readonly Digest[]> {
  return missing(digests, (some) =>
    session.all(
      session.query
        .selectFrom('manifest')
        .select('digest')
        .where('repository_id', '=', repository)
        .where('digest', 'in', some),
    ),
  )
}

/** Those that `find` doesn't, asked for a statement's worth at a time. */
async function missing(
  digests: readonly Digest[],
  find: (some: readonly Digest[]) => Promise<readonly { readonly digest: Digest }[]>,
): Promise<readonly Digest[]> {
  const found = new Set<Digest>()
  for (const some of chunksOf(digests)) for (const { digest } of await find(some)) found.add(digest)
  return digests.filter((digest) => !found.has(digest))
}

/** @returns whether it is new. What was there keeps its locks and the time of its first push. */
async function insertManifest(session: Session, manifest: NewManifest): Promise<boolean> {
  const { query } = session
  const described = {
    media_type: manifest.mediaType,
    artifact_type: manifest.artifactType ?? null,
    config_media_type: manifest.configMediaType ?? null,
    subject_digest: manifest.subject ?? null,
    annotations: JSON.stringify(manifest.annotations),
  }
  const inserted = await session.run(
    query
      .insertInto('manifest')
      .values({
        ...described,
        repository_id: manifest.repository,
        digest: manifest.digest,
        size: manifest.body.byteLength,
        pushed_at: session.now(),
        body: manifest.body,
      })
      .onConflict((conflict) => conflict.columns(['repository_id', 'digest']).doNothing()),
  )
  if (inserted === 1) return true
  // The same bytes can be pushed under another media type where they name none themselves.
  await session.run(
    query
      .updateTable('manifest')
      .set(described)
      .where('repository_id', '=', manifest.repository)
      .where('digest', '=', manifest.digest)
      .where('media_type', '<>', manifest.mediaType),
  )
  return false
}

async function insertReferences(session: Session, manifest: NewManifest): Promise<void> {
  const { repository: repository_id, digest: manifest_digest } = manifest
  const row = (kind: 'blob' | 'manifest') => (child_digest: Digest) => ({
    repository_id,
    manifest_digest,
    kind,
    child_digest,
  })
  const rows = [...manifest.blobs.map(row('blob')), ...manifest.manifests.map(row('manifest'))]
  for (const some of chunksOf(rows)) {
    await session.run(
      session.query
        .insertInto('manifest_reference')
        .values(some)
        .onConflict((conflict) => conflict.doNothing()),
    )
  }
}

function chunksOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / ROWS_PER_STATEMENT)
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT),
  )
}
