import { z } from 'zod'
import { ChangeableAttributes } from './lock.ts'
import {
  DigestText,
  GroupName,
  OrganizationName,
  RepositoryPath,
  RepositoryPattern,
  Timestamp,
} from './names.ts'
import { GroupPermission } from './group.ts'
import { pageOf, Paging } from './paging.ts'
import { ACCESS, needs } from './access.ts'
import { procedure } from './procedure.ts'
import { Visibility } from './visibility.ts'

const settings = { description: z.string().max(2000), visibility: Visibility }

export const Repository = z.object({
  name: RepositoryPath,
  organization: OrganizationName,
  ...settings,
  changeableAttributes: ChangeableAttributes,
  reference: z.string().describe('what clients call it: `HOST/ORGANIZATION/NAME`'),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type Repository = z.infer<typeof Repository>

export const RepositoryTag = z.object({
  name: z.string(),
  digest: DigestText,
  mediaType: z.string(),
  size: z.number().int().min(0).describe('bytes of the manifest and what it names directly'),
  changeableAttributes: ChangeableAttributes,
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type RepositoryTag = z.infer<typeof RepositoryTag>

/** A group, and by what it has access: by the repository itself, or by all below a prefix of it. */
export const RepositoryGroup = z.object({
  group: GroupName,
  repository: RepositoryPattern,
  permission: GroupPermission,
})
export type RepositoryGroup = z.infer<typeof RepositoryGroup>

const InOrganization = z.object({ organization: OrganizationName })
const One = InOrganization.extend({ repository: RepositoryPath })

/** Refused in words: left out, the name would silently stay. */
const Rename = z
  .never(
    'a repository keeps its name, by which clients pull it and to which permissions are bound; create another, copy the images (`skopeo copy --all`), and delete this one',
  )
  .optional()
  .describe('refused: repositories are not renamed')

export const repository = {
  create: procedure({
    method: 'POST',
    path: '/organizations/{organization}/repositories',
    operationId: 'repository_create',
    tag: 'repositories',
    summary: 'Create a repository',
    description: 'A push creates one too, where the credential may.',
    access: needs('repository/create', 'organization'),
    successStatus: 201,
  })
    .input(InOrganization.extend({ name: RepositoryPath, ...z.object(settings).partial().shape }))
    .output(Repository),

  list: procedure({
    method: 'GET',
    path: '/organizations/{organization}/repositories',
    operationId: 'repository_list',
    tag: 'repositories',
    summary: 'List the repositories that the caller may see, by name',
    description: '`repository/list` shows all of them; without it, those one may read.',
    access: ACCESS.signedIn,
  })
    .input(InOrganization.extend({ ...Paging.shape, prefix: z.string().max(255).optional() }))
    .output(pageOf(Repository)),

  show: procedure({
    method: 'GET',
    path: '/organizations/{organization}/repositories/{+repository}',
    operationId: 'repository_show',
    tag: 'repositories',
    summary: 'Show one repository',
    access: needs('metadata/read', 'repository'),
  })
    .input(One)
    .output(Repository),

  update: procedure({
    method: 'PATCH',
    path: '/organizations/{organization}/repositories/{+repository}',
    operationId: 'repository_update',
    tag: 'repositories',
    summary: "Change a repository's description or visibility",
    description: 'For the description alone `metadata/write` on the repository is enough.',
    access: needs('repository/edit', 'organization'),
  })
    .input(One.extend({ ...z.object(settings).partial().shape, name: Rename }))
    .output(Repository),

  delete: procedure({
    method: 'DELETE',
    path: '/organizations/{organization}/repositories/{+repository}',
    operationId: 'repository_delete',
    tag: 'repositories',
    summary: 'Delete a repository with everything in it',
    description:
      'Permissions given on it by name end with it: a repository made later under its name has none of them. A tag or manifest that is locked against deletion keeps it.',
    access: needs('content/delete', 'repository'),
    successStatus: 204,
  })
    .input(One)
    .output(z.void()),

  listTags: procedure({
    method: 'GET',
    path: '/organizations/{organization}/repository-tags/{+repository}',
    operationId: 'repository_list_tags',
    tag: 'repositories',
    summary: "List a repository's tags, by name",
    access: needs('metadata/read', 'repository'),
  })
    .input(One.extend(Paging.shape))
    .output(pageOf(RepositoryTag)),

  listGroups: procedure({
    method: 'GET',
    path: '/organizations/{organization}/repository-groups/{+repository}',
    operationId: 'repository_list_groups',
    tag: 'groups',
    summary: 'List the groups that have access to a repository',
    access: needs('group/read', 'organization'),
  })
    .input(One.extend(Paging.shape))
    .output(pageOf(RepositoryGroup)),
}
