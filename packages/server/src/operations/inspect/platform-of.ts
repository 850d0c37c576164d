import type { Descriptor, Platform } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { z } from 'zod'
import type { House } from '../house.ts'

/** Configs that say what machine an image is for. https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])

/** Real ones hold some KiB; what is larger is not worth reading for two words. */
const LARGEST_BYTES = 1024 * 1024

const configSchema = z.object({ architecture: z.string().min(1), os: z.string().min(1) })

/** The machine an image is for, as its config says, if it is an image and says so. */
export async function platformOf(
  house: House,
  repository: RepositoryId,
  config: Descriptor | undefined,
): Promise<Pick<Platform, 'architecture' | 'os'> | undefined> {
  if (config === undefined || !IMAGE_CONFIGS.has(config.mediaType)) return undefined
  const blob = await house.store.read.blobs.linked(repository, config.digest)
  if (blob === undefined || blob.size > LARGEST_BYTES) return undefined
  const bytes = await house.blobs.readAll(blob.key, blob.size)
  return bytes && read(bytes)
}

function read(bytes: Uint8Array): Pick<Platform, 'architecture' | 'os'> | undefined {
  try {
    return configSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data
  } catch {
    return undefined
  }
}
