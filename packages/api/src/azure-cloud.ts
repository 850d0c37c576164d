/** Where Azure's clients find an installation of ours. */
export type AzureCloudAddress = {
  /** `https://host[:port]`: of the authority and of the Resource Manager. */
  readonly origin: string
  /** `host[:port]`, below which each registry has a host of its own. */
  readonly registries: string
}

/**
 * The cloud that an installation is to Azure's command line, as `ARM_CLOUD_METADATA_URL` lists clouds: given by the server,
 * and written to files.
 */
export function azureCloud(name: string, { origin, registries }: AzureCloudAddress) {
  const resource = `${origin}/`
  return {
    name,
    portal: resource,
    authentication: {
      loginEndpoint: `${origin}/adfs`,
      audiences: [resource],
      tenant: 'adfs',
      identityProvider: 'ADFS',
    },
    graph: resource,
    graphAudience: resource,
    resourceManager: origin,
    suffixes: { acrLoginServer: registries },
  }
}
