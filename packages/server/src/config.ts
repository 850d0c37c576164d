/**
 * Every knob of the server, in one table: name, default, what it is for, how it is read.
 * The reference page and `wharden serve --help` are printed from it, so neither can forget one.
 */
import { resolve } from 'node:path'
import { ok, error, type Result } from '@wharden/oci'
import type { Cidr, Secret } from '@wharden/system'
import { blobProblems } from './blob-problems.ts'
import { withSecretFiles } from './secret-files.ts'
import {
  between,
  cidrs,
  databaseUrl,
  endpoint,
  host,
  oneOf,
  onOrOff,
  optional,
  optionalSecret,
  origins,
  port,
  s3Prefix,
  wholeNumber,
  wholeNumberOrOff,
} from './setting-readers.ts'

export type Config = {
  readonly dataDirectory: string
  readonly host: string
  readonly listen: string
  readonly httpPort: number | undefined
  readonly httpsPort: number | undefined
  readonly metricsListen: string
  readonly metricsPort: number | undefined
  readonly origins: readonly URL[]
  readonly tlsCertificate: string | undefined
  readonly tlsKey: string | undefined
  readonly databaseUrl: string | undefined
  readonly blobDirectory: string
  readonly s3Bucket: string | undefined
  readonly s3Prefix: string
  readonly s3Endpoint: URL | undefined
  readonly s3PublicEndpoint: URL | undefined
  readonly s3Region: string | undefined
  readonly s3PathStyle: boolean
  readonly s3KeyId: string | undefined
  readonly s3Secret: Secret | undefined
  readonly redirectFromBytes: number | undefined
  readonly trustedProxies: readonly Cidr[]
  readonly sealKey: string | undefined
  readonly previousSealKey: string | undefined
  readonly logLevel: LogLevel
  readonly minimumFreeBytes: number
  readonly uploadIdleSeconds: number
  readonly uploadMinimumBytesPerSecond: number
  readonly accessTokenSeconds: number
  readonly activityDays: number
  readonly collectAfterSeconds: number
  readonly collectEverySeconds: number
  readonly drainSeconds: number
  readonly graceSeconds: number
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type Setting<Value> = {
  /** Environment variable. */
  readonly name: string
  readonly fallback: string
  readonly about: string
  /** May be given as a file instead: NAME_FILE. */
  readonly secret?: true
  /** A value, or a sentence that says what is wrong with the text. */
  readonly read: (text: string, data: string) => Result<Value, string>
}

const SETTINGS: { readonly [Key in keyof Config]: Setting<Config[Key]> } = {
  dataDirectory: setting('WHARDEN_DATA', './data', 'where everything is kept', (text) => ok(resolve(text))),
  host: setting(
    'WHARDEN_HOST',
    'localhost',
    'the name clients use; organizations are also at ORG.HOST',
    host,
  ),
  listen: setting('WHARDEN_LISTEN', '127.0.0.1', 'the address to listen on', ok),
  httpPort: setting('WHARDEN_HTTP_PORT', '5000', 'plain HTTP port; `off` for none, 0 for any free one', port),
  httpsPort: setting('WHARDEN_HTTPS_PORT', '5443', 'HTTPS port; `off` for none, 0 for any free one', port),
  metricsListen: setting(
    'WHARDEN_METRICS_LISTEN',
    '127.0.0.1',
    'the address metrics are served at; nobody is asked who they are there',
    ok,
  ),
  metricsPort: setting('WHARDEN_METRICS_PORT', '5090', 'Prometheus metrics; `off` for none', port),
  origins: setting(
    'WHARDEN_ORIGINS',
    '',
    'addresses clients use besides HOST and the ports above, for example `https://registry.example.com`, separated by commas',
    origins,
  ),
  tlsCertificate: setting(
    'WHARDEN_TLS_CERTIFICATE',
    '',
    'PEM file; without it the built-in CA makes one',
    optional,
  ),
  tlsKey: setting('WHARDEN_TLS_KEY', '', 'PEM file of the key to WHARDEN_TLS_CERTIFICATE', optional),
  databaseUrl: secretSetting(
    'WHARDEN_DATABASE_URL',
    '',
    'postgres://… to run several servers on one database; without it SQLite in WHARDEN_DATA',
    databaseUrl,
  ),
  blobDirectory: setting(
    'WHARDEN_BLOBS',
    '',
    'a directory for the bytes of images; WHARDEN_DATA/blobs',
    (text, data) => ok(resolve(text === '' ? `${data}/blobs` : text)),
  ),
  s3Bucket: setting(
    'WHARDEN_S3_BUCKET',
    '',
    'a bucket for the bytes of images, instead of a directory',
    optional,
  ),
  s3Prefix: setting('WHARDEN_S3_PREFIX', '', 'what the names in the bucket begin with', s3Prefix),
  s3Endpoint: setting(
    'WHARDEN_S3_ENDPOINT',
    '',
    'the address of an S3 that is not AWS, for example `https://minio.example.com:9000`',
    endpoint,
  ),
  s3PublicEndpoint: setting(
    'WHARDEN_S3_PUBLIC_ENDPOINT',
    '',
    'the address clients reach it at, for redirects; else WHARDEN_S3_ENDPOINT',
    endpoint,
  ),
  s3Region: setting(
    'WHARDEN_S3_REGION',
    '',
    "the bucket's region; else AWS_REGION, or `us-east-1` with an endpoint",
    optional,
  ),
  s3PathStyle: setting(
    'WHARDEN_S3_PATH_STYLE',
    'off',
    '`on`: the bucket is named in the path and not in the host, as MinIO and Ceph mostly want it',
    onOrOff,
  ),
  s3KeyId: secretSetting(
    'WHARDEN_S3_ACCESS_KEY_ID',
    '',
    "with the secret; else what AWS's tools use: AWS_ACCESS_KEY_ID, a profile, the role of a pod or machine",
    optional,
  ),
  s3Secret: secretSetting('WHARDEN_S3_SECRET_ACCESS_KEY', '', 'the secret to it', optionalSecret),
  redirectFromBytes: setting(
    'WHARDEN_REDIRECT_FROM_BYTES',
    'off',
    'clients fetch blobs of so many bytes and more from the bucket itself, by signed addresses; they must reach it',
    wholeNumberOrOff,
  ),
  trustedProxies: setting(
    'WHARDEN_TRUSTED_PROXIES',
    '',
    'address ranges (CIDR) whose X-Forwarded-For, -Host and -Proto are believed, separated by commas',
    cidrs,
  ),
  sealKey: secretSetting(
    'WHARDEN_SEAL_KEY',
    '',
    'base64 of 32 bytes that seal stored keys; else WHARDEN_DATA/seal.key',
    optional,
  ),
  previousSealKey: secretSetting('WHARDEN_SEAL_KEY_PREVIOUS', '', 'the one before, while rotating', optional),
  logLevel: setting('WHARDEN_LOG', 'info', `one of ${LOG_LEVELS.join(', ')}`, oneOf(LOG_LEVELS)),
  minimumFreeBytes: setting(
    'WHARDEN_MINIMUM_FREE_BYTES',
    String(512 * 1024 * 1024),
    'uploads are refused when the disk has less than this free, so that revoking always works',
    wholeNumber,
  ),
  uploadIdleSeconds: setting(
    'WHARDEN_UPLOAD_IDLE_SECONDS',
    '60',
    'an upload that brings nothing, or a download that takes nothing, this long is cut',
    wholeNumber,
  ),
  uploadMinimumBytesPerSecond: setting(
    'WHARDEN_UPLOAD_MINIMUM_RATE',
    '1024',
    'bytes per second, over a minute, below which an upload is cut',
    wholeNumber,
  ),
  accessTokenSeconds: setting(
    'WHARDEN_ACCESS_TOKEN_SECONDS',
    '300',
    'how long a registry access token lives (60 to 3600); what it may do is asked anew at each request',
    (text) => between(text, 60, 3600),
  ),
  activityDays: setting(
    'WHARDEN_ACTIVITY_DAYS',
    '90',
    'how many days pulls, pushes and refusals are remembered (1 to 3650); the audit log is kept for ever',
    (text) => between(text, 1, 3650),
  ),
  collectAfterSeconds: setting(
    'WHARDEN_GC_AFTER_SECONDS',
    '86400',
    'how long nothing must have needed a blob before garbage collection may take it: longer than any push takes',
    (text) => between(text, 0, 31_536_000),
  ),
  collectEverySeconds: setting(
    'WHARDEN_GC_EVERY_SECONDS',
    '3600',
    'how often garbage is collected, by one server of all',
    (text) => between(text, 1, 604_800),
  ),
  drainSeconds: setting(
    'WHARDEN_DRAIN_SECONDS',
    '0',
    'how long it still answers after SIGTERM while /health/ready says 503: longer than a balancer takes to notice',
    (text) => between(text, 0, 3_600),
  ),
  graceSeconds: setting(
    'WHARDEN_GRACE_SECONDS',
    '10',
    'how long running requests may take to end after that, before they are cut',
    (text) => between(text, 0, 3_600),
  ),
}

/** Names, defaults and meanings of every setting, in order, for help and the reference. */
export const settingsReference = Object.values<Setting<unknown>>(SETTINGS).map(
  ({ name, fallback, about, secret = false }) => ({ name, fallback, about, secret }),
)

const SECRETS = settingsReference.filter(({ secret }) => secret).map(({ name }) => name)

/**
 * Reads the configuration out of an environment.
 * @returns the configuration, or every problem at once, a sentence each
 */
export function readConfig(
  given: Readonly<Record<string, string | undefined>>,
): Result<Config, readonly string[]> {
  const { environment, problems: unread } = withSecretFiles(given, SECRETS)
  const problems: string[] = [...unread]
  const known = new Set(settingsReference.map(({ name }) => name))
  for (const name of Object.keys(environment)) {
    if (name.startsWith('WHARDEN_') && !known.has(name) && !CLIENT_VARIABLES.has(name)) {
      problems.push(`\`${name}\` is not a setting of wharden; \`wharden serve --help\` lists them`)
    }
  }
  const data = resolve(environment[SETTINGS.dataDirectory.name] || SETTINGS.dataDirectory.fallback)
  const values = Object.entries(SETTINGS).map(([key, { name, fallback, read }]) => {
    const value = read(environment[name]?.trim() || fallback, data)
    if (value.type === 'error') problems.push(`${name}: ${value.error}`)
    return [key, value.type === 'ok' ? value.value : undefined]
  })
  // The table has one reader of the right type for every key: that is what its own type says.
  const config = Object.fromEntries(values) as Config
  if ((config.tlsCertificate === undefined) !== (config.tlsKey === undefined)) {
    problems.push('WHARDEN_TLS_CERTIFICATE and WHARDEN_TLS_KEY belong together: give both or neither')
  }
  if (config.httpPort === undefined && config.httpsPort === undefined) {
    problems.push('both WHARDEN_HTTP_PORT and WHARDEN_HTTPS_PORT are `off`: nothing would listen')
  }
  problems.push(...blobProblems(config, (environment[SETTINGS.blobDirectory.name] ?? '') !== ''))
  return problems.length === 0 ? ok(config) : error(problems)
}

/** Read by the command line, not by the server. */
const CLIENT_VARIABLES = new Set(['WHARDEN_SERVER', 'WHARDEN_TOKEN', 'WHARDEN_CA', 'WHARDEN_ORG'])

function setting<Value>(
  name: string,
  fallback: string,
  about: string,
  read: (text: string, data: string) => Result<Value, string>,
): Setting<Value> {
  return { name, fallback, about, read }
}

function secretSetting<Value>(...parts: Parameters<typeof setting<Value>>): Setting<Value> {
  return { ...setting(...parts), secret: true }
}
