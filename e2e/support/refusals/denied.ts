import { fatal } from './fatal.ts'
import type { Reference, Texts } from './text.ts'

/** Around a decision's message: 403 of the registry, for a manifest that is asked for or an upload that is begun. */
export function denied(at: Reference, message: string): Texts {
  const name = `${at.host}/${at.repository}`
  const full = `${name}:${at.tag}`
  const source = `initializing source docker://${full}: reading manifest ${at.tag} in ${name}: denied: ${message}`
  const copy = `unable to copy from source docker://${full}: ${source}`
  const upload = `writing blob: initiating layer upload to /v2/${at.repository}/blobs/uploads/ in ${at.host}: denied: ${message}`
  const docker = `pull access denied for ${name}, repository does not exist or may require 'docker login': denied: ${message}`
  const host = `pulling from host ${at.host} failed with status code [manifests ${at.tag}]: 403 ${message}`
  const head = `unexpected status from HEAD request to https://${at.host}/v2/${at.repository}/manifests/${at.tag}: 403 ${message}`
  const post = `unexpected status from POST request to https://${at.host}/v2/${at.repository}/blobs/uploads/: 403 ${message}`
  const resolving = `failed to resolve reference "${full}"`
  const solving = `failed to solve: ${full}: failed to resolve source metadata for ${full}: ${head}`
  const pulled = { bookworm: `Error: ${source}`, sid: `Error: ${copy}` }
  const based = {
    bookworm: `Error: creating build container: ${source}`,
    sid: `Error: creating build container: ${copy}`,
  }
  const solved = { trixie: `ERROR: ${solving}`, sid: `ERROR: failed to build: ${solving}` }
  return {
    pull: {
      docker: `Error response from daemon: ${docker}`,
      'docker-containerd': {
        trixie: `Error response from daemon: ${resolving}: ${head}`,
        sid: `Error response from daemon: unknown: ${resolving}: ${head}`,
      },
      podman: pulled,
      skopeo: fatal(source),
      buildah: pulled,
      ctr: {
        bookworm: `ctr: ${resolving}: ${host}`,
        trixie: `ctr: ${resolving}: ${head}`,
        sid: `ctr: failed to resolve image: ${head}`,
      },
    },
    push: {
      docker: `denied: ${message}`,
      'docker-containerd': { trixie: post, sid: `error from registry: ${message}` },
      podman: `Error: ${upload}`,
      skopeo: fatal(upload),
      buildah: `Error: pushing image "${full}" to "docker://${full}": ${upload}`,
      ctr: { bookworm: `ctr: unexpected status: 403 ${message}`, trixie: `ctr: ${post}` },
    },
    build: {
      docker,
      BuildKit: {
        bookworm: `failed to solve with frontend dockerfile.v0: failed to create LLB definition: ${host}`,
        ...solved,
      },
      'docker-containerd': solved,
      podman: based,
      buildah: based,
    },
  }
}
