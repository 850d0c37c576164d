import { fatal } from './fatal.ts'
import type { Reference, Texts } from './text.ts'

/** Around what the token service says of a dead or wrong credential: 401, or 403 to an engine that redeems docker's login. */
export function unauthorized(at: Reference, message: string): Texts {
  const full = `${at.host}/${at.repository}:${at.tag}`
  const wrong = `unable to retrieve auth token: invalid username/password: unauthorized: ${message}`
  const source = `initializing source docker://${full}: ${wrong}`
  const copy = `unable to copy from source docker://${full}: ${source}`
  const reuse = `trying to reuse blob sha256:… at destination: ${wrong}`
  const docker = `Head "https://${at.host}/v2/${at.repository}/manifests/${at.tag}": denied: ${message}`
  const resolving = `failed to resolve reference "${full}"`
  const fetching = 'failed to fetch oauth token'
  const authorizing = `failed to authorize: ${fetching}`
  const status = `unexpected status: 401 ${message}`
  const post = `unexpected status from POST request to https://${at.host}/token: 403 ${message}`
  const get = (...actions: readonly string[]) =>
    `unexpected status from GET request to ${tokenUrl(at, actions)}: 401 ${message}`
  const pulled = { bookworm: `Error: ${source}`, sid: `Error: ${copy}` }
  const based = {
    bookworm: `Error: creating build container: ${source}`,
    sid: `Error: creating build container: ${copy}`,
  }
  const solved = {
    trixie: `ERROR: failed to solve: ${full}: failed to resolve source metadata for ${full}: ${authorizing}: ${get('pull')}`,
    sid: `ERROR: failed to build: failed to solve: ${fetching}: unauthorized: ${message}`,
  }
  const login = `logging into "${at.host}": invalid username/password`
  return {
    pull: {
      docker: `Error response from daemon: ${docker}`,
      'docker-containerd': {
        trixie: `Error response from daemon: ${resolving}: ${authorizing}: ${post}`,
        sid: `Error response from daemon: error from registry: ${message}`,
      },
      podman: pulled,
      skopeo: fatal(source),
      buildah: pulled,
      ctr: {
        bookworm: `ctr: ${resolving}: ${authorizing}: ${status}`,
        trixie: `ctr: ${resolving}: ${authorizing}: ${get('pull')}`,
        sid: `ctr: failed to resolve image: ${authorizing}: ${get('pull')}`,
      },
    },
    push: {
      docker: `denied: ${message}`,
      'docker-containerd': { trixie: `${authorizing}: ${post}`, sid: `error from registry: ${message}` },
      podman: `Error: ${reuse}`,
      skopeo: fatal(reuse),
      buildah: `Error: pushing image "${full}" to "docker://${full}": ${reuse}`,
      ctr: {
        bookworm: `ctr: ${authorizing}: ${status}`,
        trixie: `ctr: ${authorizing}: ${get('pull', 'pull,push')}`,
      },
    },
    build: {
      docker,
      BuildKit: {
        bookworm: `failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to authorize: rpc error: code = Unknown desc = ${fetching}: ${status}`,
        ...solved,
      },
      'docker-containerd': solved,
      podman: based,
      buildah: based,
    },
    login: {
      docker: `Error response from daemon: Get "https://${at.host}/v2/": unauthorized: ${message}`,
      podman: `Error: ${login}`,
      skopeo: fatal(login),
      buildah: `Error: ${login}`,
    },
  }
}

/** As containerd asks for a token once more, after its form was refused. */
function tokenUrl({ host, repository }: Reference, actions: readonly string[]): string {
  const scopes = actions.map((action) => `scope=${encodeURIComponent(`repository:${repository}:${action}`)}`)
  return `https://${host}/token?${[...scopes, `service=${encodeURIComponent(host)}`].join('&')}`
}
