import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../support/run.ts'
import { parsePrinted } from './parse-printed.ts'
import { parseJunit, type JunitCase } from './parse-junit.ts'

export type ConformanceTarget = {
  /** `HOST:PORT`. */
  readonly registry: string
  /** `insecure`: TLS, but the certificate isn't verified. `disabled`: plain HTTP. */
  readonly tls: 'enabled' | 'insecure' | 'disabled'
  /** Paths below `/v2/`; the suite mounts blobs from the first into the second. */
  readonly repo1: string
  readonly repo2: string
  /** Left out: anonymous. */
  readonly username?: string
  readonly password?: string
  /** For a registry that may only be read here: what lies in `repo1` already. */
  readonly readOnly?: ReadOnlyContent
  /** PEM file of an authority to believe besides the system's, with `tls: 'enabled'`. */
  readonly authority?: string
}

/** Tags by name, the others by digest. */
export type ReadOnlyContent = {
  readonly tags: readonly string[]
  readonly manifests: readonly string[]
  readonly blobs: readonly string[]
  readonly referrers: readonly string[]
}

export type ConformanceResult = {
  /** The suite's own verdict. */
  readonly conforms: boolean
  readonly passed: number
  readonly failed: readonly JunitCase[]
  /** What the registry said it doesn't support, or the suite was told not to try. */
  readonly skipped: readonly JunitCase[]
  /** The suite's table: one line for each API and each kind of data. */
  readonly table: string
  /** Holds `report.html`, `results.yaml` and `junit.xml`; the caller removes it. */
  readonly directory: string
}

/**
 * Runs the official suite against a registry.
 * @param suite path of its program, as `findSuite` found it
 * @throws when it left no results: it ends with 0 even where it couldn't read its settings
 */
export async function runConformance(suite: string, target: ConformanceTarget): Promise<ConformanceResult> {
  const directory = mkdtempSync(join(tmpdir(), 'wharden-conformance-'))
  const env = { ...settingsOf(target), OCI_RESULTS_DIR: directory, OCI_LOG: 'error' }
  const ran = await run(suite, [], { cwd: directory, env, timeoutMilliseconds: 10 * 60_000 })
  const cases =
    readResults(directory) ?? (target.readOnly === undefined ? undefined : parsePrinted(ran.stdout))
  if (cases === undefined)
    throw new Error(`the conformance suite left no results (exit code ${ran.exitCode}):\n${ran.output}`)
  return {
    conforms:
      (ran.exitCode === 0 || target.readOnly !== undefined) &&
      cases.every(({ status }) => status === 'passed' || status === 'skipped'),
    passed: cases.filter(({ status }) => status === 'passed').length,
    failed: cases.filter(({ status }) => status === 'failure' || status === 'error'),
    skipped: cases.filter(({ status }) => status === 'skipped'),
    table: ran.stdout.slice(Math.max(ran.stdout.indexOf('API conformance:'), 0)).trimEnd(),
    directory,
  }
}

function settingsOf(target: ConformanceTarget): Readonly<Record<string, string>> {
  return {
    OCI_REGISTRY: target.registry,
    OCI_TLS: target.tls,
    OCI_REPO1: target.repo1,
    OCI_REPO2: target.repo2,
    OCI_USERNAME: target.username ?? '',
    OCI_PASSWORD: target.password ?? '',
    OCI_VERSION: '1.1',
    ...(target.authority === undefined ? {} : { SSL_CERT_FILE: target.authority }),
    ...(target.readOnly === undefined ? {} : readOnlySettings(target.readOnly)),
  }
}

function readOnlySettings(content: ReadOnlyContent): Readonly<Record<string, string>> {
  const off = ['PUSH', 'BLOBS_DELETE', 'MANIFESTS_DELETE', 'TAGS_DELETE'].map((api) => [
    `OCI_API_${api}`,
    'false',
  ])
  const there = Object.entries(content).map(([kind, names]) => [
    `OCI_RO_DATA_${kind.toUpperCase()}`,
    names.join(' '),
  ])
  return Object.fromEntries([...off, ...there])
}

function readResults(directory: string): readonly JunitCase[] | undefined {
  try {
    return parseJunit(readFileSync(join(directory, 'junit.xml'), 'utf8'))
  } catch {
    return undefined
  }
}
