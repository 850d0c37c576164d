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
 * Which endpoints a cloud has. Of the oldest version one cloud, which `az cloud register` fills in what it isn't told by; since
 * then a list of clouds, for `ARM_CLOUD_METADATA_URL`.
 * @param version the `api-version` that was asked for
 */
export function cloudMetadata(address: Address, version: string | null) {
  if (version === '2015-01-01') {
    const resource = `${address.origin}/`
    const authentication = { loginEndpoint: `${address.origin}/adfs`, audiences: [resource] }
    return { galleryEndpoint: resource, graphEndpoint: resource, portalEndpoint: resource, authentication }
  }
  return [azureCloud('wharden', address)]
}
