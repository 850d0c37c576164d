import { azureCloud } from '@wharden/api'
import type { Address } from './address.ts'

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata: what clients ask an authority for first. */
export function openIdConfiguration({ origin }: Address) {
  const authority = `${origin}/adfs`
  return {
    issuer: authority,
    authorization_endpoint: `${authority}/oauth2/authorize`,
    token_endpoint: `${authority}/oauth2/token`,
    device_authorization_endpoint: `${authority}/oauth2/devicecode`,
    jwks_uri: `${authority}/discovery/keys`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [],
  }
}

/**
 * Which endpoints a cloud has, in the three shapes that there have been: what `az cloud register` fills in if it isn’t told, in
 * older and in newer versions of az; between them a list of clouds, as `ARM_CLOUD_METADATA_URL` names one.
 * @param version the `api-version` that was asked for
 */
export function cloudMetadata(address: Address, version: string | null) {
  const cloud = azureCloud('wharden', address)
  if (version === '2015-01-01') {
    const { authentication, graphAudience, portal } = cloud
    return { galleryEndpoint: portal, graphEndpoint: graphAudience, portalEndpoint: portal, authentication }
  }
  return version !== null && version >= '2022' ? cloud : [cloud]
}
