import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createDirectoryDurably, createFileDurably, readIfThere } from '@wharden/system'
import type { Config } from '../config.ts'

/** The built-in certificate authorities with their keys, PEM, by the name of their folder. A server makes all else anew from them. */
export type Authorities = Readonly<Record<string, string>>

const FILE = 'authority.pem'

export async function readAuthorities({ dataDirectory }: Config): Promise<Authorities> {
  const root = join(dataDirectory, 'certificates')
  const names = await readdir(root).catch((): string[] => [])
  const found: [string, string][] = []
  for (const name of names) {
    const pem = await readIfThere(join(root, name, FILE)).catch(() => undefined)
    if (pem !== undefined) found.push([name, pem])
  }
  return Object.fromEntries(found)
}

/** Puts them where a server looks for them; one that is there already stays. @returns the names of those that stayed and differ */
export async function writeAuthorities(
  { dataDirectory }: Config,
  authorities: Authorities,
): Promise<readonly string[]> {
  const others: string[] = []
  for (const [name, pem] of Object.entries(authorities)) {
    const folder = join(dataDirectory, 'certificates', basename(name))
    await createDirectoryDurably(folder)
    const path = join(folder, FILE)
    if (await createFileDurably(path, pem, { mode: 0o600 })) continue
    if ((await readIfThere(path)) !== pem) others.push(name)
  }
  return others
}
