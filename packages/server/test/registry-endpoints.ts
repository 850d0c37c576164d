import type { RegistryPath } from '../src/faces/registry/parse-path.ts'

type Endpoint = readonly [method: string, path: string]

/**
 * Every endpoint of the registry below a repository's name, each in every form: the tests of what may be seen walk them.
 * `MANIFEST`, `LAYER` and `UPLOAD` stand for what is there; `FROM` for a repository to mount from. A new kind of path has a
 * row here, or this doesn't compile.
 */
const ROWS: Readonly<Record<Exclude<RegistryPath['type'], 'base' | 'catalog'>, readonly Endpoint[]>> = {
  manifest: [
    ['GET', 'manifests/v1'],
    ['HEAD', 'manifests/v1'],
    ['GET', 'manifests/MANIFEST'],
    ['HEAD', 'manifests/MANIFEST'],
    ['PUT', 'manifests/v1'],
    ['DELETE', 'manifests/v1'],
    ['DELETE', 'manifests/MANIFEST'],
  ],
  blob: [
    ['GET', 'blobs/LAYER'],
    ['HEAD', 'blobs/LAYER'],
    ['DELETE', 'blobs/LAYER'],
  ],
  tags: [
    ['GET', 'tags/list'],
    ['GET', 'tags/list?n=1&last=a'],
  ],
  referrers: [
    ['GET', 'referrers/MANIFEST'],
    ['GET', 'referrers/MANIFEST?artifactType=application/x'],
  ],
  uploads: [
    ['POST', 'blobs/uploads/'],
    ['POST', 'blobs/uploads/?mount=LAYER&from=FROM'],
    ['POST', 'blobs/uploads/?mount=LAYER'],
    ['POST', 'blobs/uploads/?digest=LAYER'],
  ],
  upload: [
    ['GET', 'blobs/uploads/UPLOAD'],
    ['PATCH', 'blobs/uploads/UPLOAD'],
    ['PUT', 'blobs/uploads/UPLOAD?digest=LAYER'],
    ['DELETE', 'blobs/uploads/UPLOAD'],
  ],
}

export const REGISTRY_ENDPOINTS: readonly Endpoint[] = Object.values(ROWS).flat()
