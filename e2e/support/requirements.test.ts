import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PACKAGES } from './requirements.ts'

it('the build server installs every package that tests need', () => {
  const listed = readFileSync(join(import.meta.dirname, '../../.ci/packages'), 'utf8').split('\n')
  expect(listed).toEqual(expect.arrayContaining([...PACKAGES]))
})
