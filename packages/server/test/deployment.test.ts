/** That what is shipped for deploying names settings that there are, and holds no secret. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { settingsReference } from '../src/config.ts'

const ROOT = join(import.meta.dirname, '../../..')
const files = ['deploy', 'docs/operations'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1)),
)
const known = new Set(
  settingsReference.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name])),
)
/** Of compose.yaml itself, not of the server. */
const COMPOSE = new Set(['WHARDEN_NAME', 'WHARDEN_IMAGE', 'WHARDEN_PORT'])

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8')

  it('names settings that there are', () => {
    const named = text.match(/\bWHARDEN_[A-Z0-9_]*[A-Z0-9]\b(?![_(])/g) ?? []
    const unknown = named.filter((name) => !known.has(name) && !COMPOSE.has(name))
    expect([...new Set(unknown)]).toEqual([])
  })

  it('holds no secret', () => {
    expect(text).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY|whd_[a-z]+_\w{20}|postgres:\/\/\w+:\w+@/)
    // What is secret is given as a file, or made.
    const secrets = settingsReference.filter(({ secret }) => secret).map(({ name }) => name)
    expect(text).not.toMatch(new RegExp(`\\b(${secrets.join('|')})['"]?\\s*[:=]\\s*['"]?[A-Za-z0-9+/]`))
  })
})
