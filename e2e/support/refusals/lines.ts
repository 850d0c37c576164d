/**
 * What Debian 12's clients print around the server's message, and how they end. Measured; the tests hold every refusal
 * to it, and `docs/guides/refusal-texts.md` is made from it.
 */
import { CLIENT_NAMES, type Builder } from '../clients/client.ts'
import type { Ran } from '../run.ts'

export type Teller = Builder

export const TELLERS: Readonly<Record<Act, readonly Teller[]>> = {
  pull: CLIENT_NAMES,
  push: CLIENT_NAMES,
  build: (['docker', 'BuildKit', 'docker-containerd', 'podman', 'buildah'] as const).filter(
    (teller) => teller === 'BuildKit' || CLIENT_NAMES.includes(teller),
  ),
  login: ['docker', 'podman', 'skopeo', 'buildah'],
}

export type Act = 'pull' | 'push' | 'build' | 'login'

/** `HOST/REPOSITORY:TAG` */
export type Reference = { readonly host: string; readonly repository: string; readonly tag: string }

/** The line that tells why, and the exit code. */
export type Told = { readonly exitCode: number; readonly line: string }

const EXIT_CODES: Readonly<Record<Teller, number>> = {
  docker: 1,
  BuildKit: 1,
  'docker-containerd': 1,
  podman: 125,
  skopeo: 1,
  buildah: 125,
  ctr: 1,
}

/**
 * `denied`: by a decision, 403 of the registry; `denied manifest`: of a push whose layers were taken.
 * `unauthorized`: a dead credential, 401 of the token service.
 */
export type Answer = 'denied' | 'denied manifest' | 'unauthorized'

export function tells(
  teller: Teller,
  act: Act,
  answer: Answer,
  reference: Reference,
  message: string,
): Told | undefined {
  const line = LINES[answer](teller, act, reference, message)
  return line === undefined ? undefined : { exitCode: EXIT_CODES[teller], line }
}

function denied(teller: Teller, act: Act, at: Reference, message: string): string | undefined {
  const name = `${at.host}/${at.repository}`
  const full = `${name}:${at.tag}`
  const source = `initializing source docker://${full}: reading manifest ${at.tag} in ${name}: denied: ${message}`
  const upload = `writing blob: initiating layer upload to /v2/${at.repository}/blobs/uploads/ in ${at.host}: denied: ${message}`
  const host = `pulling from host ${at.host} failed with status code [manifests ${at.tag}]: 403 ${message}`
  const docker = `pull access denied for ${name}, repository does not exist or may require 'docker login': denied: ${message}`
  return byActAndTeller(act, teller, {
    pull: {
      docker: `Error response from daemon: ${docker}`,
      podman: `Error: ${source}`,
      skopeo: fatal(source),
      buildah: `Error: ${source}`,
      ctr: `ctr: failed to resolve reference "${full}": ${host}`,
    },
    push: {
      docker: `denied: ${message}`,
      podman: `Error: ${upload}`,
      skopeo: fatal(upload),
      buildah: `Error: pushing image "${full}" to "docker://${full}": ${upload}`,
      ctr: `ctr: unexpected status: 403 ${message}`,
    },
    build: {
      docker,
      BuildKit: `failed to solve with frontend dockerfile.v0: failed to create LLB definition: ${host}`,
      podman: `Error: creating build container: ${source}`,
      buildah: `Error: creating build container: ${source}`,
    },
  })
}

function deniedManifest(teller: Teller, act: Act, at: Reference, message: string): string | undefined {
  const name = `${at.host}/${at.repository}`
  const full = `${name}:${at.tag}`
  const upload = `writing manifest: uploading manifest ${at.tag} to ${name}: denied: ${message}`
  return byActAndTeller(act, teller, {
    push: {
      docker: `denied: ${message}`,
      podman: `Error: ${upload}`,
      skopeo: fatal(upload),
      buildah: `Error: pushing image "${full}" to "docker://${full}": ${upload}`,
      ctr: `ctr: failed commit on ref "manifest-latest@sha256:…": unexpected status: 403 ${message}`,
    },
  })
}

function unauthorized(teller: Teller, act: Act, at: Reference, message: string): string | undefined {
  const full = `${at.host}/${at.repository}:${at.tag}`
  const wrong = `unable to retrieve auth token: invalid username/password: unauthorized: ${message}`
  const source = `initializing source docker://${full}: ${wrong}`
  const reuse = `trying to reuse blob sha256:… at destination: ${wrong}`
  const docker = `Head "https://${at.host}/v2/${at.repository}/manifests/${at.tag}": unauthorized: ${message}`
  const token = `failed to fetch oauth token: unexpected status: 401 ${message}`
  return byActAndTeller(act, teller, {
    pull: {
      docker: `Error response from daemon: ${docker}`,
      podman: `Error: ${source}`,
      skopeo: fatal(source),
      buildah: `Error: ${source}`,
      ctr: `ctr: failed to resolve reference "${full}": failed to authorize: ${token}`,
    },
    push: {
      docker: `unauthorized: ${message}`,
      podman: `Error: ${reuse}`,
      skopeo: fatal(reuse),
      buildah: `Error: pushing image "${full}" to "docker://${full}": ${reuse}`,
      ctr: `ctr: failed to authorize: ${token}`,
    },
    build: {
      docker,
      BuildKit: `failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to authorize: rpc error: code = Unknown desc = ${token}`,
      podman: `Error: creating build container: ${source}`,
      buildah: `Error: creating build container: ${source}`,
    },
    login: {
      docker: `Error response from daemon: Get "https://${at.host}/v2/": unauthorized: ${message}`,
      podman: `Error: logging into "${at.host}": invalid username/password`,
      skopeo: fatal(`logging into "${at.host}": invalid username/password`),
      buildah: `Error: logging into "${at.host}": invalid username/password`,
    },
  })
}

const LINES = { denied, 'denied manifest': deniedManifest, unauthorized } as const satisfies Record<
  Answer,
  unknown
>

type Lines = { readonly [Each in Act]?: { readonly [Name in Teller]?: string } }

function byActAndTeller(act: Act, teller: Teller, lines: Lines): string | undefined {
  return lines[act]?.[teller]
}

/** As skopeo's logger writes it, its time left out. */
function fatal(text: string): string {
  return `time="…" level=fatal msg="${text.replaceAll('"', '\\"')}"`
}

const DECISION = /\(decision [0-9a-hjkmnp-tv-z]{12}\)/g

/** Output without what differs each time: the decision's id, digests and times. */
export function normalized(output: string): string {
  return output
    .replaceAll(DECISION, '(decision ID)')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:…')
    .replaceAll(/time="[^"]*"/g, 'time="…"')
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
