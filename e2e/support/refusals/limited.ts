import { fatal } from './fatal.ts'
import type { Reference, Texts } from './text.ts'

/** What is said to whoever has pulled as often as they may, as `normalized` leaves it. */
export function limitReached(limit: number): string {
  return `pull rate limit reached: all ${limit} pulls are used up until TIME; wait until then, or ask an owner to raise the limit (decision ID)`
}

/** Around that message: 429 of the registry, for a manifest. */
export function limited(at: Reference, message: string): Texts {
  const name = `${at.host}/${at.repository}`
  const full = `${name}:${at.tag}`
  const source = `initializing source docker://${full}: reading manifest ${at.tag} in ${name}: toomanyrequests: ${message}`
  const copy = `unable to copy from source docker://${full}: ${source}`
  const manifest = `https://${at.host}/v2/${at.repository}/manifests/sha256:…`
  const open = 'failed to copy: httpReadSeeker: failed open'
  const status = `${open}: unexpected status code ${manifest}: 429 ${message} - Server message: toomanyrequests: ${message}`
  const pulled = { bookworm: `Error: ${source}`, sid: `Error: ${copy}` }
  return {
    pull: {
      docker: `Error response from daemon: toomanyrequests: ${message}`,
      'docker-containerd': { trixie: status, sid: `error from registry: ${message}` },
      podman: pulled,
      skopeo: fatal(source),
      buildah: pulled,
      ctr: {
        bookworm: `ctr: ${status}`,
        sid: `ctr: ${open}: unexpected status from GET request to ${manifest}: 429 ${message}`,
      },
    },
  }
}
