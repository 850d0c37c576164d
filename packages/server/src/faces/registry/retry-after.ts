/**
 * podman, skopeo, buildah and CRI-O, which sit and wait: five attempts, with at most a minute between them however long
 * they are told to wait, and podman four times over. https://github.com/containers/image/blob/v5.32.0/docker/docker_client.go
 */
const WAITS_BY_ITSELF = /^(?:containers|skopeo|buildah|podman|cri-o)\//i

/** Seconds to wait, as a client is told. One that would only hang is told to give up soon, with the reason. */
export function retryAfter(seconds: number, userAgent: string | undefined): string {
  return String(WAITS_BY_ITSELF.test(userAgent ?? '') ? 0 : seconds)
}
