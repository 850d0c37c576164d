import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completionScript, SHELLS } from './completion-script.ts'
import { createCli } from './create-cli.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wharden-completion-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const isPresent = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0

for (const shell of SHELLS) {
  test.skipIf(!isPresent(shell))(`${shell} reads its script`, () => {
    const path = join(directory, shell)
    writeFileSync(path, completionScript(createCli(), shell))
    expect(spawnSync(shell, ['-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })
}

test.skipIf(!isPresent('bash')).each([
  { typed: ['wharden', 'to'], offered: ['token'] },
  { typed: ['wharden', 'org', ''], offered: expect.arrayContaining(['create', 'list', 'show', '--output']) },
  { typed: ['wharden', '--server', 'http://x', 'token', 'cr'], offered: ['create', 'credential'] },
  {
    typed: ['wharden', 'token', 'credential', 'generate', '--password'],
    offered: ['--password1', '--password2'],
  },
  { typed: ['wharden', 'scope-map', 'update', '--add'], offered: ['--add', '--add-repository'] },
  { typed: ['wharden', 'token', 'create', '--sc'], offered: ['--scope-map'] },
  { typed: ['wharden', 'member', 'set', 'alice', 'ow'], offered: ['owner'] },
  { typed: ['wharden', 'org', 'tok'], offered: [] },
])('bash offers $offered for $typed', ({ typed, offered }) => {
  const script = `${completionScript(createCli(), 'bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wharden; printf '%s\\n' "\${COMPREPLY[@]}"`
  const output = execFileSync('bash', ['-c', script, 'bash', ...typed], { encoding: 'utf8' })
  expect(output.split('\n').filter((line) => line !== '')).toEqual(offered)
})
