/** What the installation under load holds: organizations, their credentials, and the images that are known to be there. */
import type { Login } from '../../packages/server/test/client.ts'
import type { Administrator } from '../support/administrator.ts'
import type { Random } from '../support/random.ts'

export type Image = {
  readonly organization: string
  readonly repository: string
  readonly tag: string
  readonly digest: string
  readonly blobs: readonly string[]
  /** Somebody began to delete it: from now on it may be gone. */
  removed: boolean
}

export type Tenant = {
  readonly name: string
  readonly repositories: readonly string[]
  readonly readers: readonly Login[]
  readonly writers: readonly Login[]
}

export type Estate = {
  readonly tenants: readonly Tenant[]
  readonly images: () => readonly Image[]
  readonly add: (image: Image) => void
  readonly tenant: (random: Random) => Tenant
  /** An image that stands. */
  readonly image: (random: Random) => Image | undefined
  /** Takes it off the list before its deletion is asked for. */
  readonly remove: (image: Image) => void
}

const TENANTS = ['acme', 'globex', 'initech', 'umbrella']
const REPOSITORIES = ['app', 'base/debian', 'base/node', 'ci/runner', 'tools/lint', 'web']
const READERS = 20
const WRITERS = 4

const WRITE = ['content/read', 'content/write', 'content/delete', 'metadata/read']

export async function buildEstate(admin: Administrator): Promise<Estate> {
  const tenants = await Promise.all(TENANTS.map((name) => buildTenant(admin, name)))
  let images: Image[] = []
  return {
    tenants,
    images: () => images,
    add: (image) => void images.push(image),
    tenant(random) {
      const found = random.of(tenants)
      if (found === undefined) throw new Error('there is no organization')
      return found
    },
    image: (random) => random.of(images),
    remove(image) {
      image.removed = true
      images = images.filter((other) => other !== image)
    },
  }
}

async function buildTenant(admin: Administrator, name: string): Promise<Tenant> {
  await admin.organization(name)
  const readers: Login[] = []
  const writers: Login[] = []
  for (let number = 1; number <= READERS; number += 1) {
    const issued =
      number % 2 === 0
        ? await admin.organizationToken(name, `reader ${number}`, {
            repositories: [{ repository: '*', permissions: ['scope-image-pull'] }],
          })
        : await admin.registryToken(
            name,
            `reader-${number}`,
            REPOSITORIES.map((repository) => ({
              repository,
              permissions: ['content/read', 'metadata/read'],
            })),
          )
    readers.push(loginOf(issued.credentials))
  }
  for (let number = 1; number <= WRITERS; number += 1) {
    const { credentials } = await admin.registryToken(
      name,
      `writer-${number}`,
      REPOSITORIES.map((repository) => ({ repository, permissions: WRITE })),
    )
    writers.push(loginOf(credentials))
  }
  return { name, repositories: REPOSITORIES, readers, writers }
}

function loginOf({ username, password }: { readonly username: string; readonly password: string }): Login {
  return { name: username, secret: password }
}
