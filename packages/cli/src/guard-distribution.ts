import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { GuardMaterial } from '@wharden/api'
import { CliError } from './cli-error.ts'
import type { ApiClient } from '@wharden/api'
import { describeError } from './describe-error.ts'

export type DistributionFiles = {
  /** The `auth` part of the registry's config.yml. */
  readonly configuration: string
  /** What the configuration points at. */
  readonly key: { readonly path: string; readonly text: string }
}

/** Registers a registry, or finds it registered already: doing it twice is no error. */
export async function registerGuard(
  api: ApiClient,
  organization: string,
  service: string,
): Promise<GuardMaterial> {
  try {
    return await api.guard.create({ organization, service })
  } catch (error) {
    if (describeError(error, '').exit !== 'conflict') throw error
    return api.guard.show({ organization, service })
  }
}

/**
 * What CNCF Distribution needs. Version 3 takes a JWK set; 2 takes certificates only, and names keys libtrust's way.
 * https://distribution.github.io/distribution/about/configuration/#token
 */
export function distributionFiles(
  material: GuardMaterial,
  version: '2' | '3',
  directory: string,
): DistributionFiles {
  const key =
    version === '3'
      ? { option: 'jwks', file: 'wharden-jwks.json', text: `${JSON.stringify(material.jwks, null, 2)}\n` }
      : { option: 'rootcertbundle', file: 'wharden-keys.pem', text: material.certificates }
  const path = join(directory, key.file)
  const lines = [
    'auth:',
    '  token:',
    `    realm: ${JSON.stringify(material.realm)}`,
    `    service: ${JSON.stringify(material.guard.service)}`,
    `    issuer: ${JSON.stringify(material.issuer)}`,
    `    ${key.option}: ${JSON.stringify(path)}`,
  ]
  return { configuration: `${lines.join('\n')}\n`, key: { path, text: key.text } }
}

/** The keys are public; the registry's own user must be able to read them. */
export async function writeKeyFile({ key }: DistributionFiles): Promise<void> {
  try {
    await mkdir(dirname(key.path), { recursive: true })
    await writeFile(key.path, key.text, { mode: 0o644 })
  } catch (cause) {
    throw new CliError(
      'failed',
      `cannot write \`${key.path}\``,
      'run it as a user who may, or say `--directory`',
      { cause },
    )
  }
}
