import { fatal } from './fatal.ts'
import type { Reference, Texts } from './text.ts'

/** Around a decision's message that comes last: 403 of the registry, for the manifest of a push whose layers were taken. */
export function deniedManifest(at: Reference, message: string): Texts {
  const name = `${at.host}/${at.repository}`
  const full = `${name}:${at.tag}`
  const upload = `writing manifest: uploading manifest ${at.tag} to ${name}: denied: ${message}`
  const put = `unexpected status from PUT request to https://${at.host}/v2/${at.repository}/manifests/${at.tag}: 403 ${message}`
  return {
    push: {
      docker: `denied: ${message}`,
      'docker-containerd': {
        trixie: `failed commit on ref "manifest-sha256:…": ${put}`,
        sid: `error from registry: ${message}`,
      },
      podman: `Error: ${upload}`,
      skopeo: fatal(upload),
      buildah: `Error: pushing image "${full}" to "docker://${full}": ${upload}`,
      ctr: {
        bookworm: `ctr: failed commit on ref "manifest-latest@sha256:…": unexpected status: 403 ${message}`,
        trixie: `ctr: failed commit on ref "manifest-latest@sha256:…": ${put}`,
      },
    },
  }
}
