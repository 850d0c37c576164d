import { createHash } from 'node:crypto'
import type { Credentials } from '../support/clients/client.ts'
import type { ReadOnlyContent } from './run-conformance.ts'

const IMAGE = 'application/vnd.oci.image.manifest.v1+json'

/** Pushes an image, a second tag and a referrer over HTTP, for the suite to find in a registry it may only read. */
export async function pushSample(
  url: string,
  repository: string,
  credentials: Credentials,
): Promise<ReadOnlyContent> {
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
  const send = async (method: string, path: string, body: string, type: string): Promise<void> => {
    const headers = { authorization: `Basic ${basic}`, 'content-type': type }
    const response = await fetch(`${url}/v2/${repository}/${path}`, { method, headers, body })
    if (response.status !== 201)
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  }
  const blob = async (text: string) => {
    await send('POST', `blobs/uploads/?digest=${digestOf(text)}`, text, 'application/octet-stream')
    return { digest: digestOf(text), size: Buffer.byteLength(text) }
  }
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    ...(await blob('{"architecture":"amd64","os":"linux"}')),
  }
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await blob('a layer')) }
  const image = JSON.stringify({ schemaVersion: 2, mediaType: IMAGE, config, layers: [layer] })
  const subject = { mediaType: IMAGE, digest: digestOf(image), size: Buffer.byteLength(image) }
  const referrer = JSON.stringify({
    schemaVersion: 2,
    mediaType: IMAGE,
    artifactType: 'application/vnd.example',
    config,
    layers: [layer],
    subject,
  })
  for (const tag of ['one', 'two']) await send('PUT', `manifests/${tag}`, image, IMAGE)
  await send('PUT', `manifests/${digestOf(referrer)}`, referrer, IMAGE)
  return {
    tags: ['one', 'two'],
    manifests: [digestOf(image), digestOf(referrer)],
    blobs: [config.digest, layer.digest],
    referrers: [digestOf(image)],
  }
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
