import { randomBytes } from 'node:crypto'
import {
  parseDigest,
  parseRepositoryName,
  parseTag,
  type Digest,
  type RepositoryName,
  type Tag,
} from '@wharden/oci'
import { parseAccountName, type AccountName } from '@wharden/policy'
import { afterAll, beforeAll } from 'vitest'
import { newBlobKey } from '../../blobs/blob-key.ts'
import type { UploadPosition } from '../../blobs/port.ts'
import { openMetadataStore, type MetadataLocation, type OpenOptions } from '../open.ts'
import type { OrganizationRecord, UserRecord } from '../port/accounts.ts'
import type { Topic } from '../port/changes.ts'
import type { Actor } from '../port/logs.ts'
import type { RepositoryRecord } from '../port/repositories.ts'
import type { MetadataStore } from '../port.ts'

export type Harness = {
  /** A database of its own, empty. */
  readonly create: () => Promise<MetadataLocation>
  /** Past the store, as an intruder or a broken disk would. */
  readonly tamper: (location: MetadataLocation, sql: string) => Promise<void>
}

export const SYSTEM: Actor = { type: 'system', id: 'contract', name: 'the contract' }

/** A store for one part of the contract, opened before its tests and closed after. */
export function storeFor(harness: Harness, options: OpenOptions = {}): () => MetadataStore {
  let store: MetadataStore | undefined
  beforeAll(async () => {
    store = await openMetadataStore(await harness.create(), options)
  })
  afterAll(async () => store?.close())
  return () => required(store)
}

/** For what a test knows to be there. */
export function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it should be there, and is undefined')
  return value
}

export function uniqueName(beginning: string): AccountName {
  return accountName(`${beginning}-${randomBytes(6).toString('hex')}`)
}

export function accountName(text: string): AccountName {
  const name = parseAccountName(text)
  if (name.type === 'error') throw new Error(`\`${text}\` is no account name: ${name.error}`)
  return name.value
}

export function repositoryName(text: string): RepositoryName {
  const name = parseRepositoryName(text)
  if (name.type === 'error') throw new Error(`\`${text}\` is no repository name`)
  return name.value
}

export function tag(text: string): Tag {
  return required(parseTag(text))
}

export function digest(fill = randomBytes(32).toString('hex')): Digest {
  return required(parseDigest(`sha256:${fill.padStart(64, '0')}`))
}

export function position(offset = 0): UploadPosition {
  return { key: newBlobKey(Date.now()), offset, algorithm: 'sha256', digest: digest(), resume: '' }
}

export function createOrganization(
  store: MetadataStore,
  name = uniqueName('acme'),
): Promise<OrganizationRecord> {
  return store.change(store.installation, SYSTEM, async (tx) =>
    required(await tx.organizations.create({ name })),
  )
}

export function createUser(store: MetadataStore, name = uniqueName('ann')): Promise<UserRecord> {
  return store.change(store.installation, SYSTEM, async (tx) => required(await tx.users.create({ name })))
}

export async function createRepository(store: MetadataStore, name = 'app'): Promise<RepositoryRecord> {
  const { id } = await createOrganization(store)
  return store.write(async (tx) => (await tx.repositories.activate(id, repositoryName(name))).repository)
}

/** Published, and linked where it is told. */
export async function createBlob(
  store: MetadataStore,
  ...repositories: readonly RepositoryRecord[]
): Promise<Digest> {
  const blob = { digest: digest(), key: newBlobKey(Date.now()), size: 3 }
  await store.write(async (tx) => {
    await tx.blobs.publish(blob)
    for (const { id } of repositories) await tx.blobs.link(id, blob.digest)
  })
  return blob.digest
}

/** What is announced while something is done, in byte order. */
export async function announced(
  store: MetadataStore,
  work: () => Promise<unknown>,
): Promise<readonly Topic[]> {
  const heard: Topic[] = []
  const unsubscribe = store.changes.subscribe((change) => {
    if (change.type === 'topics') heard.push(...change.topics)
  })
  await work()
  unsubscribe()
  return heard.toSorted()
}
