import type { ManifestReference, RepositoryName } from '@wharden/oci'
import { readBody } from '../../http/read-body.ts'
import { changeAttributes } from '../../operations/change-attributes.ts'
import { deleteManifest, deleteWhole } from '../../operations/delete-content.ts'
import { describeManifest, inspectManifest } from '../../operations/inspect/inspect-manifests.ts'
import { describeRepository, inspectRepository } from '../../operations/inspect/inspect-repository.ts'
import { describeTag, inspectTag } from '../../operations/inspect/inspect-tags.ts'
import type { Target } from '../../operations/target.ts'
import { placeOf, targetOf, type Call, type Methods } from './call.ts'
import { listManifests, listRepositories, listTags } from './list-endpoints.ts'
import { parseAttributes } from './parse-attributes.ts'
import type { AzurePath } from './parse-azure-path.ts'
import { repositoryView, tagView, wholeManifestView } from './views.ts'

/** Four attributes and what else Azure may come to name. */
const BODY_LIMIT = 16 * 1024

/** What can be done at a path: the data plane's whole table. */
export function methodsAt(call: Call, path: AzurePath): Methods {
  switch (path.type) {
    case 'catalog':
      return { GET: () => listRepositories(call) }
    case 'repository':
      return repositoryMethods(call, path.name)
    case 'tags':
      return { GET: () => listTags(call, path.name) }
    case 'tag':
      return tagMethods(call, path)
    case 'manifests':
      return { GET: () => listManifests(call, path.name) }
    case 'manifest':
      return manifestMethods(call, path)
  }
}

function repositoryMethods(call: Call, name: RepositoryName): Methods {
  const { house, caller } = call
  const place = placeOf(call, name)
  return {
    GET: async () => {
      const found = await inspectRepository(house, caller, await targetOf(call, name))
      return { status: 200, body: repositoryView(place, found) }
    },
    PATCH: async () => {
      const target = await change(call, name, undefined)
      return { status: 200, body: repositoryView(place, await describeRepository(house, target)) }
    },
    DELETE: async () => {
      const removed = await deleteWhole(house, caller, await targetOf(call, name))
      return { status: 202, body: { manifestsDeleted: removed.manifests, tagsDeleted: removed.tags } }
    },
  }
}

function tagMethods(call: Call, { name, tag }: Extract<AzurePath, { readonly type: 'tag' }>): Methods {
  const { house, caller } = call
  const place = placeOf(call, name)
  return {
    GET: async () => {
      const found = await inspectTag(house, caller, await targetOf(call, name), tag)
      return { status: 200, body: { ...place, tag: tagView(found) } }
    },
    PATCH: async () => {
      const target = await change(call, name, { type: 'tag', tag })
      return { status: 200, body: { ...place, tag: tagView(await describeTag(house, target, tag)) } }
    },
    DELETE: async () => {
      await deleteManifest(house, caller, await targetOf(call, name), { type: 'tag', tag })
      return { status: 202 }
    },
  }
}

function manifestMethods(
  call: Call,
  { name, digest }: Extract<AzurePath, { readonly type: 'manifest' }>,
): Methods {
  const { house, caller } = call
  const place = placeOf(call, name)
  return {
    GET: async () => {
      const found = await inspectManifest(house, caller, await targetOf(call, name), digest)
      return { status: 200, body: { ...place, manifest: wholeManifestView(found) } }
    },
    PATCH: async () => {
      const target = await change(call, name, { type: 'digest', digest })
      const found = await describeManifest(house, target, digest)
      return { status: 200, body: { ...place, manifest: wholeManifestView(found) } }
    },
    DELETE: async () => {
      await deleteManifest(house, caller, await targetOf(call, name), { type: 'digest', digest })
      return { status: 202 }
    },
  }
}

/** Who may change what it is reads it as it is then. */
async function change(
  call: Call,
  name: RepositoryName,
  reference: ManifestReference | undefined,
): Promise<Target> {
  const { house, caller, request } = call
  const wanted = parseAttributes(await readBody(request, BODY_LIMIT))
  const target = await targetOf(call, name)
  await changeAttributes(house, caller, target, reference, wanted)
  return target
}
