import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createCli, processIo, runCli } from '@wharden/cli'
import { expect, test } from 'vitest'
import { backupCommand } from './backup-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { moveCommand } from './move-command.ts'
import { restoreCommand } from './restore-command.ts'

const COMMANDS = [
  ['migrate', migrateCommand],
  ['backup', () => backupCommand('0.1.0')],
  ['restore', restoreCommand],
  ['move', moveCommand],
] as const

test('the published help of what works on the data itself is the program’s: its review happens in the diff of that file', async () => {
  const pages: string[] = []
  for (const [name, command] of COMMANDS) {
    const stdout = Object.assign(new PassThrough(), { columns: 100 })
    const io = { ...processIo(), stdout }
    await runCli(createCli(io).addCommand(command()), [name, '--help'], io)
    stdout.end()
    pages.push(`$ wharden ${name} --help\n${(await text(stdout)).trim()}\n`)
  }
  await expect(pages.join('\n\n')).toMatchFileSnapshot('../../../docs/cli/data.txt')
})
