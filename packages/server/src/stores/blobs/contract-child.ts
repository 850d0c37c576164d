// A process to be killed: uploads without end, and says each position it was promised is durable.
// Arguments: a module exporting `openPlace(place)`, the place, the position to begin at.

import type { BlobStore, UploadPosition } from './port.ts'
import { samplePart } from './contract-sample.ts'

const [module = '', place = '', start = ''] = process.argv.slice(2)
const { openPlace }: { openPlace(place: string): Promise<BlobStore> } = await import(module)
const store = await openPlace(place)
const position: UploadPosition = JSON.parse(start)
const opened = await store.openUpload(position)
if (opened.type === 'error') throw new Error(opened.error.type)
const writer = opened.value
for (let step = 1; ; step += 1) {
  await writer.append(samplePart(writer.offset, 300_000))
  if (step % 3 === 0) process.stdout.write(`${JSON.stringify(await writer.checkpoint())}\n`)
}
