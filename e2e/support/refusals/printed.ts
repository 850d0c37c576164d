/** What a client has printed of a refusal, made comparable. */
import type { Ran } from '../run.ts'

const DECISION = /\(decision [0-9a-hjkmnp-tv-z]{12}\)/g

/** Output without what differs each time: the decision's id, digests and times. */
export function normalized(output: string): string {
  return output
    .replaceAll(DECISION, '(decision ID)')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…')
    .replaceAll(/time="[^"]*"/g, 'time="…"')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME')
}

export function decisionIn(output: string): string | undefined {
  return /\(decision ([0-9a-hjkmnp-tv-z]{12})\)/.exec(output)?.[1]
}

/** A client that tries again takes longer, podman for a minute. */
const PATIENCE = 8_000

/** What is compared with `tells`: the expected line if it was printed, else everything that was. */
export function isRefused(ran: Ran | undefined, line: string) {
  const output = normalized(ran?.output ?? 'nothing was run')
  return {
    exitCode: ran?.exitCode,
    line: line !== '' && output.split('\n').includes(line) ? line : output,
    prompts: /^(username|password)\b.*:|login prior|interactive login/im.test(output),
    retries: (ran?.milliseconds ?? 0) > PATIENCE,
  }
}
