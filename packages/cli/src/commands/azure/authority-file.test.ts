import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SystemTrust } from '@wharden/api'
import { processIo } from '../../io.ts'
import { authorityFile } from './authority-file.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n'
const OWN = { certificateAuthority: { pem: PEM, sha256: '' }, registries: [] }
const PUBLIC = { certificateAuthority: null, registries: [] }

let directory: string
let bundle: string
let others: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-azure-'))
  bundle = join(directory, 'bundle.pem')
  others = join(directory, 'others.pem')
  await writeFile(bundle, `first\n${PEM}`)
  await writeFile(others, 'another')
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const io = (data: string) => ({ ...processIo(), environment: { WHARDEN_DATA: data } })
const find = (ca: string | undefined, trust: SystemTrust = OWN, wanted?: string, data = '/nonexistent') =>
  authorityFile(io(data), { ca }, trust, wanted)

test('it is the file that is trusted here, if it has the authority', async () => {
  expect(await find(bundle)).toBe(bundle)
})

test('else what a server of this machine left', async () => {
  const left = join(directory, 'ca.crt')
  await writeFile(left, PEM)
  expect([
    await find(undefined, OWN, undefined, directory),
    await find(others, OWN, undefined, directory),
  ]).toEqual([left, left])
})

test('or it is written where that is asked for', async () => {
  const wanted = join(directory, 'new.crt')
  expect(await find(bundle, OWN, wanted)).toBe(wanted)
  expect(await readFile(wanted, 'utf8')).toBe(PEM)
  await expect(find(bundle, OWN, join(directory, 'no/such/place'))).rejects.toThrow('cannot write')
})

test('where there is none, one is told how to get it', async () => {
  await expect(find(others)).rejects.toMatchObject({
    exit: 'usage',
    next: expect.stringContaining('--ca-file'),
  })
})

test('a server that machines trust needs none, unless one was named all the same', async () => {
  expect([await find(undefined, PUBLIC), await find(others, PUBLIC)]).toEqual([null, others])
})
