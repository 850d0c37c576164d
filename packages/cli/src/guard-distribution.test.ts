import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GuardMaterial } from '@wharden/api'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { distributionFiles, writeKeyFile } from './guard-distribution.ts'

const MATERIAL = {
  guard: { service: 'registry.example.com:5000' },
  realm: 'https://wharden.example.com/token',
  issuer: 'wharden.example.com',
  jwks: { keys: [] },
  certificates: '-----BEGIN CERTIFICATE-----\n',
} as unknown as GuardMaterial

test.each([
  ['3', 'jwks', '/etc/docker/registry/wharden-jwks.json', '{\n  "keys": []\n}\n'],
  ['2', 'rootcertbundle', '/etc/docker/registry/wharden-keys.pem', MATERIAL.certificates],
] as const)('Distribution %s finds its keys under `%s`', (version, option, path, text) => {
  const files = distributionFiles(MATERIAL, version, '/etc/docker/registry')
  expect(parse(files.configuration)).toEqual({
    auth: {
      token: {
        realm: MATERIAL.realm,
        service: MATERIAL.guard.service,
        issuer: MATERIAL.issuer,
        [option]: path,
      },
    },
  })
  expect(files.key).toEqual({ path, text })
})

test('the key file is written where the configuration says', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-guard-'))
  const files = distributionFiles(MATERIAL, '2', join(directory, 'registry'))
  await writeKeyFile(files)
  expect(await readFile(files.key.path, 'utf8')).toBe(MATERIAL.certificates)
  await rm(directory, { recursive: true })
})
