import type { Content } from '../../connection/signed-in-content.ts'
import { registryCredentialsOf, type RegistryCredentialOptions } from '../../input/registry-credentials.ts'
import { placeOf, type RegistryOptions } from '../../input/registry-option.ts'
import { organizationOf, type Session } from '../../session.ts'

/** What a registry holds, as a token is shown it that was given, or else whoever is signed in. */
export async function openContent(
  session: Session,
  options: RegistryOptions & RegistryCredentialOptions,
): Promise<Content> {
  const organization = organizationOf(placeOf(options), session.io)
  const credentials = await registryCredentialsOf(session, options)
  const { api, server } = await session.connect()
  if (credentials === undefined) {
    const { signedInContent } = await import('../../connection/signed-in-content.ts')
    return signedInContent(api, organization)
  }
  const { openRegistryContent } = await import('../../connection/registry-content.ts')
  return openRegistryContent(server, organization, credentials)
}
