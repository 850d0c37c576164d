import type { ApiClient } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import type { ImageName } from '../input/image-name.ts'
import type { ContentManifest, ContentTag, ListQuery, RegistryContent } from './registry-content.ts'

/** What a command needs to know of a registry's content, whoever asks. */
export type Content = Pick<
  RegistryContent,
  'listRepositories' | 'listTags' | 'listManifests' | 'digestOf' | 'tagsOf' | 'delete'
>

/** The same by the administration API, with the rights of whoever is signed in. */
export function signedInContent(api: ApiClient, organization: string): Content {
  async function listTags(repository: string, { top, orderby }: ListQuery): Promise<readonly ContentTag[]> {
    const most = orderby === undefined ? top : undefined
    const tags = await allPages(
      (query) => api.repository.listTags({ organization, repository, ...query }),
      most,
    )
    return sorted(
      tags.map(({ name, digest, createdAt, updatedAt, changeableAttributes }) => ({
        name,
        digest,
        createdTime: createdAt,
        lastUpdateTime: updatedAt,
        signed: false,
        changeableAttributes,
      })),
      orderby,
    ).slice(0, top)
  }

  async function listManifests(
    repository: string,
    { top, orderby }: ListQuery,
  ): Promise<readonly ContentManifest[]> {
    const order = orderby === undefined ? 'digest' : orderby === 'time_asc' ? 'oldest' : 'newest'
    const images = await allPages(
      (query) => api.image.list({ organization, repository, order, ...query }),
      top,
    )
    return images.map(({ size, createdAt, configMediaType, ...image }) => ({
      ...image,
      imageSize: size,
      createdTime: createdAt,
      lastUpdateTime: createdAt,
      ...(configMediaType === null ? {} : { configMediaType }),
    }))
  }

  return {
    async listRepositories({ top }) {
      const all = await allPages((query) => api.repository.list({ organization, ...query }), top)
      return all.map(({ name }) => name)
    },
    listTags,
    listManifests,
    async digestOf(repository, tag) {
      return (await api.lock.show({ organization, repository, tag })).digest ?? ''
    },
    async tagsOf(repository, digest) {
      const tags = await listTags(repository, {})
      return tags.filter((tag) => tag.digest === digest).map(({ name }) => name)
    },
    async delete({ repository, tag, digest }: ImageName) {
      if (tag !== undefined) await api.image.delete({ organization, repository, tag })
      else if (digest !== undefined) await api.image.delete({ organization, repository, digest })
      else await api.repository.delete({ organization, repository })
    },
  }
}

function sorted(tags: readonly ContentTag[], orderby: ListQuery['orderby']): readonly ContentTag[] {
  if (orderby === undefined) return tags
  const byTime = tags.toSorted((one, other) => (one.lastUpdateTime < other.lastUpdateTime ? -1 : 1))
  return orderby === 'time_asc' ? byTime : byTime.toReversed()
}
