/** `docs/guides/refusal-texts.md`, made of what the tests hold the clients to. */
import { RELEASES, type Release } from '../release.ts'
import { limitReached } from './limited.ts'
import { tells } from './lines.ts'
import { MANIFEST_PUSHES, PULLS, PUSHES, type Row } from './rows.ts'
import { DEAD, LOGINS } from './sign-in-rows.ts'
import type { Act, Answer, Teller } from './text.ts'
import { VERSIONS } from './versions.ts'

const ALL: readonly Teller[] = [
  'docker',
  'BuildKit',
  'docker-containerd',
  'podman',
  'skopeo',
  'buildah',
  'ctr',
]

const AT = { host: 'HOST', repository: 'NAME', tag: 'TAG' }

const DEBIAN: Readonly<Record<Release, string>> = {
  bookworm: 'Debian 12',
  trixie: 'Debian 13',
  sid: 'Debian sid',
}

/** Markdown, as oxfmt leaves it. */
export function refusalPage(): string {
  return `${[
    '# What clients print when Wharden refuses',
    'A refusal is one message, and each client prints something of its own around it. The tests with real clients hold these to the texts below, word by word: this page is made from the same tables (`e2e/support/refusals/`).',
    table(
      ['client', ...RELEASES.map((release) => DEBIAN[release])],
      ALL.map((teller) => [
        nameOf(teller, 'pull', ''),
        ...RELEASES.map((release) => VERSIONS[release][teller] ?? '–'),
      ]),
    ),
    'BuildKit is the builder that Docker’s newer releases use: part of docker 20.10, and docker-buildx’s since. containerd’s image store is what Docker 29 begins with.',
    '## Around the message',
    '`MSG` is the message, `HOST/NAME:TAG` the image. A client without a version prints the same in all of them.',
    '### When a decision refuses (403)',
    around('denied', ['pull', 'push', 'build']),
    'Every message ends with `(decision ID)`. `wharden explain ID` tells more: to whoever was refused, and to those who may read the organization’s activity. `list-tags` of skopeo 1.9 prints `invalid status code from registry 403 (Forbidden)` and no reason: look it up by `wharden activity list`.',
    '### When it refuses the manifest of a push whose layers were taken (403)',
    around('denied manifest', ['push']),
    '### When a pull limit is used up (429)',
    around('limited', ['pull']),
    `${code('MSG')} is here ${code(limitReached(100))}. podman and buildah try three times more before they print it.`,
    '### When the credential itself is dead or wrong (401, or 403 for docker’s login)',
    around('unauthorized', ['login', 'pull', 'push', 'build']),
    'podman, skopeo and buildah never print why a `login` failed: try `docker login`, or a pull. After a `docker login` they find docker’s login in `~/.docker/config.json` and can’t replace it (`currently logged in, auth file contains an Identity token`): `docker logout` first, or use `--authfile`.',
    '## Messages',
    '### Pulls, and builds that begin with one',
    messages(PULLS),
    '### Pushes',
    messages(PUSHES),
    '### Pushes, by their manifest',
    messages(MANIFEST_PUSHES),
    '### Sign-in',
    table(
      ['why', 'message'],
      LOGINS.map(({ reason, says }) => [reason, code(says)]),
    ),
    '### Pulls, pushes and builds with a login that is over',
    table(
      ['why', 'docker', 'the others'],
      DEAD.map(({ reason, refreshed, signedIn }) => [reason, code(refreshed), code(signedIn)]),
    ),
    'docker keeps a refresh token instead of the secret, which is why it is told something else.',
  ].join('\n\n')}\n`
}

function around(answer: Answer, acts: readonly Act[]): string {
  const rows = acts.flatMap((act) => ALL.flatMap((teller) => linesOf(teller, act, answer)))
  return table(['act', 'client', 'exit code', 'line'], rows)
}

/** A row for each text, which names releases only where they differ. */
function linesOf(teller: Teller, act: Act, answer: Answer): readonly (readonly string[])[] {
  const told = RELEASES.flatMap((release) => {
    const each = tells(teller, act, answer, AT, 'MSG', release)
    return each === undefined ? [] : [{ ...each, version: VERSIONS[release][teller] ?? '' }]
  })
  const texts = [...Map.groupBy(told, ({ line }) => line)]
  return texts.map(([line, same]) => {
    const versions = texts.length === 1 ? '' : same.map(({ version }) => version).join(', ')
    return [act, nameOf(teller, act, versions), String(same[0]?.exitCode), code(line)]
  })
}

function nameOf(teller: Teller, act: Act, versions: string): string {
  const of = versions === '' ? '' : ` ${versions}`
  if (teller === 'docker-containerd') return `docker${of}, containerd’s image store`
  return act === 'build' && teller === 'docker' ? `docker${of}, classic builder` : `${teller}${of}`
}

function messages(rows: readonly Row[]): string {
  return table(
    ['why', 'message'],
    rows.map(({ reason, says }) => [reason, code(`${says} (decision ID)`)]),
  )
}

/** Text that may hold backticks, but not at its ends. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${text}${fence}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  const rule = line(
    head.map(() => ''),
    '-',
  )
  return [line(head, ' '), rule, ...rows.map((row) => line(row, ' '))].join('\n')
}
