import type { IssuedToken, Token } from '@wharden/api'
import { azureInstant, systemData, type RegistryId } from './resource.ts'

export type RegistryToken = Extract<Token, { readonly kind: 'registry-token' }>
type Secrets = IssuedToken['secrets']

/** A registry token as `az acr token show` prints it, and what az lacks. */
export function registryTokenJson(token: RegistryToken, registry: RegistryId, secrets: Secrets = []) {
  const { createdAt, name, organization, scopeMap, status, passwords: _, id: credentialId, ...rest } = token
  return {
    creationDate: azureInstant(createdAt),
    credentials: { certificates: [], passwords: passwordsJson(token, secrets), username: name },
    id: `${registry}/tokens/${name}`,
    name,
    objectId: null,
    provisioningState: 'Succeeded',
    resourceGroup: organization,
    scopeMapId: scopeMap === null ? null : `${registry}/scopeMaps/${scopeMap}`,
    status: status === 'active' ? 'enabled' : 'disabled',
    systemData: systemData(createdAt, token.createdBy),
    type: 'Microsoft.ContainerRegistry/registries/tokens',
    ...rest,
    createdAt,
    credentialId,
    organization,
    scopeMap,
    state: status,
  }
}

/** What `az acr token credential generate` prints: those passwords that were made, and no others. */
export function generatedJson({ token, secrets }: IssuedToken) {
  if (token.kind !== 'registry-token') throw new TypeError(`a ${token.kind} has no passwords`)
  const made = passwordsJson(token, secrets).filter(({ value }) => value !== null)
  return { passwords: made, username: token.name }
}

/** A value is there in the answer that made it, and never again. */
function passwordsJson({ passwords }: RegistryToken, secrets: Secrets) {
  return passwords.map(({ name, createdAt, expiresAt }) => ({
    creationTime: azureInstant(createdAt),
    expiry: expiresAt === null ? null : azureInstant(expiresAt),
    name,
    value: secrets.find((secret) => secret.name === name)?.value ?? null,
  }))
}
