import { pathToFileURL } from 'node:url'

/** What there is to know for Azure's tools to work on an organization. */
export type AzureSetup = {
  /** Under which name az keeps it. */
  readonly cloud: string
  /** `https://host[:port]`: where az and the SDKs sign in and manage. */
  readonly endpoint: string
  readonly tenantId: string
  readonly resourceId: string
  readonly registry: string
  /** `NAME.HOST[:port]`: what images are named by. */
  readonly loginServer: string
  /** Below which registries have hosts of their own: `.HOST[:port]`. */
  readonly suffix: string
  /** The file with the authority to trust; null: machines trust the server already. */
  readonly authorityFile: string | null
  /** The file for `ARM_CLOUD_METADATA_URL`, where one was written. */
  readonly cloudsFile: string | null
  /** Shown this once. */
  readonly servicePrincipal: { readonly clientId: string; readonly secret: string } | null
}

/** The lines that a shell runs, in their order; what begins with `#` is for its reader. */
export function setupLines(setup: AzureSetup): readonly string[] {
  const { cloud, authorityFile } = setup
  return [
    ...(authorityFile === null ? [] : [`export REQUESTS_CA_BUNDLE=${shellWord(authorityFile)}`]),
    ...cloudLines(setup),
    `az cloud set --name ${shellWord(cloud)}`,
    loginLine(setup),
  ]
}

function cloudLines({ cloud, endpoint, suffix, cloudsFile }: AzureSetup): readonly string[] {
  if (cloudsFile !== null)
    return [`export ARM_CLOUD_METADATA_URL=${shellWord(pathToFileURL(cloudsFile).href)}`]
  const options = {
    '--endpoint-resource-manager': endpoint,
    // az asks no other authority without the Internet: its path must be this.
    '--endpoint-active-directory': `${endpoint}/adfs`,
    '--endpoint-active-directory-resource-id': `${endpoint}/`,
    '--endpoint-active-directory-graph-resource-id': `${endpoint}/`,
    '--suffix-acr-login-server-endpoint': suffix,
  }
  const words = Object.entries(options).map(([flag, value]) => `  ${flag} ${shellWord(value)}`)
  const name = shellWord(cloud)
  // It refuses to register what it has, and to update what it hasn't: run again, the lines must do as well.
  const verb = `"$(az cloud show --name ${name} >/dev/null 2>&1 && echo update || echo register)"`
  return [[`az cloud ${verb} --name ${name}`, ...words].join(' \\\n')]
}

function loginLine({ servicePrincipal, tenantId }: AzureSetup): string {
  const { clientId, secret } = servicePrincipal ?? { clientId: 'CLIENT_ID', secret: 'SECRET' }
  const line = `az login --service-principal --username ${clientId} --password ${secret} --tenant ${tenantId}`
  return servicePrincipal === null ? `# ${line}` : line
}

/** As a shell takes it for one word. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02 */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
