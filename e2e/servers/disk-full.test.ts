/** The disk fills up to the last byte under working clients, and is emptied again. */
import { constants } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Fault } from '../faults/faults.ts'
import { runFault } from '../faults/run-fault.ts'
import { describeWith } from '../support/describe-with.ts'
import type { Random } from '../support/random.ts'
import type { Replicas } from '../support/replicas.ts'

const MEBIBYTE = 1024 * 1024
const TIMES = 4
/** How long at most it is full, and how long there is room. */
const LONGEST_MILLISECONDS = 1_500

describeWith(['mount'], 'a full disk', () => {
  it('loses nothing that was acknowledged, and is no obstacle once there is room again', async () => {
    const fault: Fault = {
      title: 'a full disk',
      // Without a reserve: the database finds no room either.
      on: { count: 'sqlite', settings: { WHARDEN_MINIMUM_FREE_BYTES: '0' }, diskBytes: 1024 * MEBIBYTE },
      strike: fillAndEmpty,
    }
    const lines: string[] = []
    const options = { times: TIMES, workers: 4, seed: 1, progress: (line: string) => void lines.push(line) }
    const { problems, acknowledged } = await runFault(fault, options)
    expect(problems, lines.join('\n')).toEqual([])
    expect(acknowledged).toBeGreaterThan(TIMES)
  })
})

async function fillAndEmpty({ directory }: Replicas, random: Random): Promise<void> {
  const ballast = join(directory, 'ballast')
  await pause(random.below(LONGEST_MILLISECONDS))
  const file = await open(ballast, constants.O_CREAT | constants.O_WRONLY)
  try {
    for (const size of [MEBIBYTE, 4_096, 1]) await fill(file, Buffer.alloc(size))
    await pause(random.below(LONGEST_MILLISECONDS))
  } finally {
    await file.close()
    await rm(ballast)
  }
}

async function fill(file: FileHandle, chunk: Buffer): Promise<void> {
  for (;;) {
    try {
      await file.appendFile(chunk)
    } catch {
      return
    }
  }
}
