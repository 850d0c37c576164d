import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isTrustedOwner, localServer } from './local-server.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wharden-local-'))
})
afterEach(() => rm(data, { recursive: true }))

const leave = (state: string) => writeFile(join(data, 'server.json'), state)

test('where none was started there is none', async () => {
  expect(await localServer({ WHARDEN_DATA: data })).toEqual({ url: undefined, authority: undefined })
})

test('a server that was started here is found by what it left', async () => {
  await leave('{"pid":1,"urls":["https://localhost:15443","http://localhost:15000"]}')
  await writeFile(join(data, 'ca.crt'), 'PEM')
  expect(await localServer({ WHARDEN_DATA: data })).toEqual({
    url: 'https://localhost:15443',
    authority: join(data, 'ca.crt'),
  })
})

test.each([
  '',
  '{',
  'null',
  '{"urls":5}',
  '{"urls":["https://wharden.example.com"]}',
  '{"urls":["https://localhost.example.com:5443"]}',
  '{"urls":[null]}',
])('%s names no server on this machine', async (state) => {
  await leave(state)
  expect((await localServer({ WHARDEN_DATA: data })).url).toBeUndefined()
})

test.each([
  { owner: 1000, self: 1000, sudo: undefined, trusted: true },
  { owner: 0, self: 1000, sudo: undefined, trusted: true },
  { owner: 1001, self: 1000, sudo: undefined, trusted: false },
  { owner: 1001, self: 1000, sudo: '1001', trusted: false },
  { owner: 1001, self: 0, sudo: undefined, trusted: false },
  { owner: 1001, self: 0, sudo: '1001', trusted: true },
  { owner: 1001, self: 0, sudo: '1002', trusted: false },
  { owner: 0, self: undefined, sudo: undefined, trusted: true },
])('what $owner left is believed by $self (sudo of $sudo): $trusted', ({ owner, self, sudo, trusted }) => {
  expect(isTrustedOwner(owner, self, sudo)).toBe(trusted)
})
