import { expect, it } from 'vitest'
import { releaseOf } from './release.ts'

it.each([
  ['Debian 12', 'VERSION_ID="12"\nVERSION_CODENAME=bookworm\n', 'bookworm'],
  ['Debian 13', 'NAME="Debian GNU/Linux"\nVERSION_CODENAME=trixie\nID=debian\n', 'trixie'],
  [
    'sid, by the name of the release to come',
    'PRETTY_NAME="Debian GNU/Linux forky/sid"\nVERSION_CODENAME=forky\n',
    'sid',
  ],
  ['a system that doesn’t say', 'NAME="Arch Linux"\n', 'bookworm'],
] as const)('knows %s', (_, text, release) => {
  expect(releaseOf(text)).toBe(release)
})
