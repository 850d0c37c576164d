/** `docs/guides/refusal-texts.md`, made of what the tests hold the clients to. */
import { tells, TELLERS, type Act, type Answer, type Teller } from './lines.ts'
import { MANIFEST_PUSHES, PULLS, PUSHES, type Row } from './rows.ts'
import { DEAD, LOGINS } from './sign-in-rows.ts'

const AT = { host: 'HOST', repository: 'NAME', tag: 'TAG' }

/** Markdown, as oxfmt leaves it. */
export function refusalPage(): string {
  return `${[
    '# What clients print when Wharden refuses',
    'The tests with real clients hold Debian 12’s docker 20.10, podman 4.3, skopeo 1.9, buildah 1.28 and ctr 1.6 to these texts, word by word: this page is made from the same tables (`e2e/support/refusals/`). A refusal is one message, and each client prints something of its own around it.',
    '## Around the message',
    '`MSG` is the message, `HOST/NAME:TAG` the image.',
    '### When a decision refuses (403)',
    around('denied', ['pull', 'push', 'build']),
    'Every message ends with `(decision ID)`. `wharden explain ID` tells more: to whoever was refused, and to those who may read the organization’s activity. skopeo’s `list-tags` prints `invalid status code from registry 403 (Forbidden)` and no reason: look it up by `wharden activity list`.',
    '### When it refuses the manifest of a push whose layers were taken (403)',
    around('denied manifest', ['push']),
    '### When the credential itself is dead or wrong (401)',
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
  const rows = acts.flatMap((act) =>
    TELLERS[act].flatMap((teller) => {
      const told = tells(teller, act, answer, AT, 'MSG')
      return told === undefined ? [] : [[act, nameOf(teller, act), String(told.exitCode), code(told.line)]]
    }),
  )
  return table(['act', 'client', 'exit code', 'line'], rows)
}

function nameOf(teller: Teller, act: Act): string {
  return act === 'build' && teller === 'docker' ? 'docker, classic builder' : teller
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
