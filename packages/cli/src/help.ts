import { EXIT_CODES } from './exit-code.ts'

/** Examples under a command's help; each is a whole line to type, with an optional remark. */
export function examples(...lines: readonly (string | readonly [line: string, remark: string])[]): string {
  const shown = lines.map((line) => (typeof line === 'string' ? `  ${line}` : `  # ${line[1]}\n  ${line[0]}`))
  return `\nExamples:\n${shown.join('\n')}`
}

const ENVIRONMENT = [
  ['WHARDEN_SERVER', 'the server, instead of the one of the last login'],
  ['WHARDEN_TOKEN', 'a token or session secret, instead of a login'],
  ['WHARDEN_ORG', 'the organization, instead of --org'],
  ['WHARDEN_OUTPUT', 'how results are written, instead of --output: scripts written for az want json'],
  ['DOCKER_COMMAND', 'what `wharden registry login` runs, instead of docker: podman'],
  ['WHARDEN_CA', 'a PEM file with the authority to trust, instead of --ca'],
] as const

/** What stands under the program's own help. */
export function epilogue(): string {
  const codes = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`)
  const variables = ENVIRONMENT.map(([name, meaning]) => `  ${name.padEnd(15)} ${meaning}`)
  return `\nExit codes:\n${codes.join('\n')}\n\nEnvironment:\n${variables.join('\n')}`
}
