/** The rows that every registry is measured in, in turn. */
import type { Job } from '../client/job.ts'
import type { Image } from '../registries/image.ts'
import type { Entrance, Registry } from '../registries/registry.ts'
import type { RowTitle } from '../report/results.ts'

export type ComparedRow = RowTitle & {
  readonly entrance: 'plain' | 'tls'
  readonly job: (asked: Asked) => Job
  /** Before the first round; default: a shorter run of the same. */
  readonly leaves?: 'pushed bytes'
}

export type Asked = {
  readonly registry: Registry
  readonly entrance: Entrance
  readonly image: Image
  readonly tokens: readonly string[]
  readonly milliseconds: number
}

const CONNECTIONS = 16

export const COMPARED: readonly ComparedRow[] = [
  requests('manifest-get', 'manifest GET by tag', 'plain', 'GET', ({ tag }) => `manifests/${tag}`),
  requests('manifest-head', 'manifest HEAD by tag', 'plain', 'HEAD', ({ tag }) => `manifests/${tag}`),
  requests('blob-1k', '1 KiB blob GET', 'plain', 'GET', ({ small }) => `blobs/${small.digest}`),
  requests('blob-1k-tls', '1 KiB blob GET, TLS', 'tls', 'GET', ({ small }) => `blobs/${small.digest}`),
  download('blob-256m', '256 MiB blob GET', 'plain'),
  download('blob-256m-tls', '256 MiB blob GET, TLS', 'tls'),
  pushed('push-whole', '256 MiB push in one request', 1),
  pushed('push-chunks', '256 MiB push in 16 chunks', 1, 16),
  pushed('push-four', '4 × 256 MiB push at once', 4),
]

function requests(
  id: string,
  title: string,
  entrance: 'plain' | 'tls',
  method: string,
  path: (image: Image) => string,
): ComparedRow {
  return {
    id,
    title,
    unit: '1,000 operations',
    entrance,
    job: ({ registry, entrance: door, image, tokens, milliseconds }) => ({
      type: 'requests',
      doors: [door],
      connections: CONNECTIONS,
      milliseconds,
      status: 200,
      requests: tokens.map((token) =>
        requestText(method, `/v2/${registry.repository}/${path(image)}`, token),
      ),
    }),
  }
}

export function requestText(method: string, path: string, token: string): string {
  const accept = 'Accept: application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
  return `${method} ${path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\n${accept}\r\nAuthorization: Bearer ${token}\r\n\r\n`
}

function download(id: string, title: string, entrance: 'plain' | 'tls'): ComparedRow {
  return {
    id,
    title,
    unit: 'GiB',
    entrance,
    job: ({ registry, entrance: door, image, tokens: [token = ''], milliseconds }) => ({
      type: 'download',
      door,
      token,
      path: `/v2/${registry.repository}/blobs/${image.large.digest}`,
      bytes: image.large.bytes.length,
      times: Math.min(5, Math.max(1, Math.round(milliseconds / 400))),
    }),
  }
}

function pushed(id: string, title: string, atOnce: number, chunks?: number): ComparedRow {
  return {
    id,
    title,
    unit: 'GiB',
    entrance: 'plain',
    leaves: 'pushed bytes',
    job: ({ registry, entrance: door, image, tokens: [token = ''] }) => ({
      type: 'push',
      door,
      token,
      repository: registry.repository,
      bytes: image.large.bytes.length,
      atOnce,
      ...(chunks !== undefined && { chunk: image.large.bytes.length / chunks }),
    }),
  }
}
