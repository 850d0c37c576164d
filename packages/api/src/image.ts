import { z } from 'zod'
import { needs } from './access.ts'
import { ChangeableAttributes } from './lock.ts'
import { DigestText, OrganizationName, RepositoryPath, TagText, Timestamp } from './names.ts'
import { pageOf, Paging } from './paging.ts'
import { procedure } from './procedure.ts'

export const Image = z.object({
  digest: DigestText,
  mediaType: z.string(),
  configMediaType: z.string().nullable().describe('what kind of artifact it is; null: an index'),
  architecture: z.string().nullable(),
  os: z.string().nullable(),
  size: z.number().int().min(0).describe('bytes of all it needs, each blob once'),
  tags: z.array(TagText),
  changeableAttributes: ChangeableAttributes,
  createdAt: Timestamp,
})
export type Image = z.infer<typeof Image>

const InRepository = z.object({ organization: OrganizationName, repository: RepositoryPath })
const path = '/organizations/{organization}/repository-images/{+repository}'

export const image = {
  list: procedure({
    method: 'GET',
    path,
    operationId: 'image_list',
    tag: 'repositories',
    summary: "List a repository's images and other manifests, tagged or not",
    access: needs('metadata/read', 'repository'),
  })
    .input(
      InRepository.extend({
        ...Paging.shape,
        limit: Paging.shape.limit.describe('at most 100 are given: of each, its config is looked at'),
        order: z.enum(['digest', 'oldest', 'newest']).default('digest'),
      }),
    )
    .output(pageOf(Image)),

  delete: procedure({
    method: 'DELETE',
    path,
    operationId: 'image_delete',
    tag: 'repositories',
    summary: 'Delete a tag, or an image with all its tags',
    description: 'A tag or an image that is locked against deletion stays, and so does what needs it.',
    access: needs('content/delete', 'repository'),
    successStatus: 204,
  })
    .input(
      InRepository.extend({
        tag: TagText.optional().describe('this tag alone; the image stays'),
        digest: DigestText.optional().describe('this image, and every tag that stands for it'),
      }),
    )
    .output(z.void()),
}
