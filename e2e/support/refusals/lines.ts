/**
 * What each client prints around the server's message, and how it ends, on each Debian that the tests know. Measured; the
 * tests hold every refusal to it, and `docs/guides/refusal-texts.md` is made from it.
 */
import { BUILDERS, CLIENT_NAMES } from '../clients/client.ts'
import { RELEASE, RELEASES, type Release } from '../release.ts'
import { denied } from './denied.ts'
import { deniedManifest } from './denied-manifest.ts'
import { limited } from './limited.ts'
import type { Act, Answer, Reference, Teller, Text, Texts } from './text.ts'
import { unauthorized } from './unauthorized.ts'

/** Those that are here. */
export const TELLERS: Readonly<Record<Act, readonly Teller[]>> = {
  pull: CLIENT_NAMES,
  push: CLIENT_NAMES,
  build: BUILDERS,
  // Docker signs in the same way whatever it keeps images in, and ctr not at all.
  login: CLIENT_NAMES.filter((name) => name !== 'docker-containerd' && name !== 'ctr'),
}

const TEXTS: Readonly<Record<Answer, (at: Reference, message: string) => Texts>> = {
  denied,
  'denied manifest': deniedManifest,
  limited,
  unauthorized,
}

const EXIT_CODES: Readonly<Record<Teller, number>> = {
  docker: 1,
  BuildKit: 1,
  'docker-containerd': 1,
  podman: 125,
  skopeo: 1,
  buildah: 125,
  ctr: 1,
}

/** The line that tells why, and the exit code. */
export type Told = { readonly exitCode: number; readonly line: string }

/** @returns `undefined` where that client of that release does no such thing */
export function tells(
  teller: Teller,
  act: Act,
  answer: Answer,
  reference: Reference,
  message: string,
  release: Release = RELEASE,
): Told | undefined {
  const text = TEXTS[answer](reference, message)[act]?.[teller]
  const line = typeof text === 'object' ? latest(text, release) : text
  return line === undefined ? undefined : { exitCode: EXIT_CODES[teller], line }
}

function latest(text: Exclude<Text, string>, release: Release): string | undefined {
  const until = RELEASES.slice(0, RELEASES.indexOf(release) + 1)
  const from = until.findLast((name) => text[name] !== undefined)
  return from && text[from]
}
