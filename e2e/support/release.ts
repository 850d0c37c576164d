/** Debian's releases whose clients the tests know, oldest first: `bookworm` is Debian 12, `trixie` 13, `sid` what comes next. */
import { readFileSync } from 'node:fs'

export const RELEASES = ['bookworm', 'trixie', 'sid'] as const
export type Release = (typeof RELEASES)[number]

/** Of the system whose programs the tests would start: https://www.freedesktop.org/software/systemd/man/os-release.html */
export const RELEASE: Release = releaseOf(osRelease())

/** Sid goes by the name of the release to come. A system that has no name at all is taken for the oldest. */
export function releaseOf(text: string): Release {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] ?? 'bookworm'
  return RELEASES.find((release) => release === codename) ?? 'sid'
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}
