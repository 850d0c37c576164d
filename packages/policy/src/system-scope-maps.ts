import type { RepositoryAction } from './action.ts'

/** Every organization has these five; they can't be changed. All are for `*`, in the order Azure's service gives. */
export type SystemScopeMap = {
  readonly name: string
  readonly description: string
  readonly actions: readonly RepositoryAction[]
}

/** As exported by many Azure registries. */
export const SYSTEM_SCOPE_MAPS: readonly SystemScopeMap[] = [
  {
    name: '_repositories_admin',
    description: 'Can perform all read, write and delete operations on the registry',
    actions: ['metadata/read', 'metadata/write', 'content/read', 'content/write', 'content/delete'],
  },
  {
    name: '_repositories_pull',
    description: 'Can pull any repository of the registry',
    actions: ['content/read'],
  },
  {
    name: '_repositories_pull_metadata_read',
    description: 'Can perform all read operations on the registry',
    actions: ['content/read', 'metadata/read'],
  },
  {
    name: '_repositories_push',
    description: 'Can push to any repository of the registry',
    actions: ['content/read', 'content/write'],
  },
  {
    name: '_repositories_push_metadata_write',
    description: 'Can perform all read and write operations on the registry',
    actions: ['metadata/read', 'metadata/write', 'content/read', 'content/write'],
  },
]
