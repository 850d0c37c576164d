import { z } from 'zod'
import { needs } from './access.ts'
import { DigestText, OrganizationName, RepositoryPath, TagText } from './names.ts'
import { procedure } from './procedure.ts'

/**
 * What may be done to a repository, a tag or a manifest whoever asks, as Azure calls it; false forbids.
 * https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
 */
export const ChangeableAttributes = z
  .object({
    deleteEnabled: z.boolean().describe('false: it can not be deleted'),
    writeEnabled: z.boolean().describe('false: it can be neither written, nor moved, nor deleted'),
    readEnabled: z.boolean().describe('false: it can not be pulled'),
    listEnabled: z.boolean().describe('false: it is in no list'),
  })
  .describe('each stands by itself: a lock of a tag is not one of its manifest, nor the other way round')
export type ChangeableAttributes = z.infer<typeof ChangeableAttributes>

export const Lock = z.object({
  organization: OrganizationName,
  repository: RepositoryPath,
  on: z.enum(['repository', 'tag', 'manifest']),
  tag: TagText.nullable(),
  digest: DigestText.nullable().describe('of the manifest; for a tag, what it stands for now'),
  changeableAttributes: ChangeableAttributes,
})
export type Lock = z.infer<typeof Lock>

const One = z.object({
  organization: OrganizationName,
  repository: RepositoryPath,
  tag: TagText.optional().describe('this tag, not its manifest'),
  digest: DigestText.optional().describe('this manifest, not its tags'),
})

const path = '/organizations/{organization}/repository-locks/{+repository}'

export const lock = {
  show: procedure({
    method: 'GET',
    path,
    operationId: 'lock_show',
    tag: 'repositories',
    summary: 'Show what may be done to a repository, or to one of its tags or manifests',
    access: needs('metadata/read', 'repository'),
  })
    .input(One)
    .output(Lock),

  update: procedure({
    method: 'PATCH',
    path,
    operationId: 'lock_update',
    tag: 'repositories',
    summary: 'Lock or unlock a repository, or one of its tags or manifests',
    description: 'What is not named stays as it is. It bites at the next request.',
    access: needs('metadata/write', 'repository'),
  })
    .input(One.extend(ChangeableAttributes.partial().shape))
    .output(Lock),
}
