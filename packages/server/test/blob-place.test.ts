import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig, type Config } from '../src/config.ts'
import { recognizeBlobs } from '../src/open-blobs.ts'
import { digestOf, samplePart } from '../src/stores/blobs/contract-sample.ts'
import { storeBlob } from '../src/stores/blobs/contract-tools.ts'
import { openFilesystemBlobStore } from '../src/stores/blobs/filesystem/open.ts'
import { openMetadataStore } from '../src/stores/metadata/open.ts'
import type { MetadataStore } from '../src/stores/metadata/port.ts'

let directory: string
let store: MetadataStore
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-place-'))
  store = await openMetadataStore({ type: 'sqlite', file: join(directory, 'wharden.db') }, { now: Date.now })
})
afterEach(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

const open = (name: string) =>
  openFilesystemBlobStore({ directory: join(directory, name), minimumFreeBytes: 0 })

test('bytes that are elsewhere are noticed at the start, and not at the first pull', async () => {
  const config = configOf()
  const [right, wrong] = [await open('right'), await open('wrong')]
  const recognize = (blobs: typeof right) => recognizeBlobs(config, store.read.blobs, blobs)
  await recognize(wrong) // nothing is known yet, so nothing is missing
  const bytes = samplePart(0, 100)
  const { key, size } = await storeBlob(right, bytes)
  await store.write((tx) => tx.blobs.publish({ digest: digestOf(bytes), key, size }))
  await recognize(right)
  await expect(recognize(wrong)).rejects.toThrow(/none of 1 blobs that the database knows is there/)
})

test('a server that keeps images in a directory loads nothing of S3', () => {
  const script = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve: (name, context, next) => (seen.push(name), next(name, context)) })
    await import(${JSON.stringify(new URL('../src/app.ts', import.meta.url).href)})
    console.log(JSON.stringify(seen.filter((name) => /aws-sdk|smithy|s3rver/.test(name))), seen.length > 100)`
  const ran = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  expect(ran.stdout.trim(), ran.stderr).toBe('[] true')
})

function configOf(): Config {
  const config = readConfig({ WHARDEN_DATA: directory })
  if (config.type === 'error') throw new Error(config.error.join('\n'))
  return config.value
}
