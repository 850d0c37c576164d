/**
 * Makes another system's files the root of this mount namespace: its programs then find what they expect, with no wrapper
 * around any of them. Whatever is written there is kept in memory, so that the files stay as they were made.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param root a directory that holds a whole system, as debootstrap makes it
 * @param directory where the mounts may be made
 * @param kept directories that are to be found there under the names they have here
 */
export function enterRoot(root: string, directory: string, kept: readonly string[]): void {
  const memory = join(directory, 'memory')
  const merged = join(directory, 'root')
  const [upper, work] = [join(memory, 'upper'), join(memory, 'work')]
  mkdirSync(memory)
  mkdirSync(merged)
  mount('-t', 'tmpfs', 'tmpfs', memory)
  mkdirSync(upper)
  mkdirSync(work)
  mount('-t', 'overlay', '-o', `lowerdir=${root},upperdir=${upper},workdir=${work}`, 'overlay', merged)
  for (const place of ['/proc', '/sys', '/dev']) mount('--rbind', place, join(merged, place))
  for (const place of kept) {
    mkdirSync(join(merged, place), { recursive: true })
    mount('--bind', place, join(merged, place))
  }
  const cwd = process.cwd()
  // chroot would not do: an engine pivots by itself, which fails in a directory that is no mount's root.
  execFileSync('pivot_root', [merged, join(merged, 'mnt')])
  process.chdir(cwd)
  execFileSync('umount', ['--lazy', '/mnt'])
}

function mount(...options: readonly string[]): void {
  execFileSync('mount', options, { stdio: 'inherit' })
}
