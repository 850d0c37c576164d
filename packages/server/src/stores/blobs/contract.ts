// What every blob store must hold to, run against each of them.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testReading } from './contract-reading.ts'
import type { BlobStoreHarness, Opened } from './contract-tools.ts'
import { testUploads } from './contract-uploads.ts'
import type { BlobStore } from './port.ts'

export function testBlobStore(name: string, start: () => Promise<BlobStoreHarness>): void {
  describe(`${name} as a blob store`, () => {
    let opened: Opened
    beforeAll(async () => {
      const harness = await start()
      const { openPlace }: { openPlace(place: string): Promise<BlobStore> } = await import(harness.module)
      opened = { harness, here: await openPlace(harness.place), there: await openPlace(harness.place) }
    })
    afterAll(async () => {
      await opened.here.close()
      await opened.there.close()
      await opened.harness.cleanUp()
    })

    testUploads(() => opened)
    testReading(() => opened)

    test('there is room', async () => {
      expect(await opened.here.acceptsUploads()).toBe(true)
      expect(await opened.here.freeSpace()).toBeGreaterThan(0)
    })
  })
}
