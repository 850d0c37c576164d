/** The program as its next release will be: all of this one, and migrations that it doesn't have yet. */
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../..')

export type NextMigration = { readonly name: string; readonly sqlite: string; readonly postgres: string }

/** @param directory where it is put @returns its main file */
export async function makeNextVersion(
  directory: string,
  migrations: readonly NextMigration[],
): Promise<string> {
  const packages = join(directory, 'packages')
  await mkdir(join(directory, 'node_modules/@wharden'), { recursive: true })
  for (const name of await readdir(join(ROOT, 'packages'))) {
    await cp(join(ROOT, 'packages', name), join(packages, name), {
      recursive: true,
      filter: (path) => !path.endsWith('/node_modules') && !path.endsWith('.test.ts'),
    })
    if (name !== 'wharden')
      await symlink(join(packages, name), join(directory, 'node_modules/@wharden', name))
  }
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (name !== '@wharden')
      await symlink(join(ROOT, 'node_modules', name), join(directory, 'node_modules', name))
  await cp(join(ROOT, 'package.json'), join(directory, 'package.json'))
  const folder = join(packages, 'server/src/stores/metadata/migrations')
  for (const { name, sqlite, postgres } of migrations) {
    await writeFile(join(folder, 'sqlite', `${name}.sql`), sqlite)
    await writeFile(join(folder, 'postgres', `${name}.sql`), postgres)
  }
  return join(packages, 'wharden/src/main.ts')
}
