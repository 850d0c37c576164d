import { administer, type Administrator, type IssuedToken, type ServicePrincipal } from './administrator.ts'
import { startWharden, type Wharden } from './wharden.ts'
import { openWorld, type World } from './world.ts'

export const ALL_ACTIONS = [
  'content/read',
  'content/write',
  'content/delete',
  'metadata/read',
  'metadata/write',
] as const

/** A registry as Azure's clients know one: the organization `myregistry`, at a host of its own. */
export type Azure = {
  readonly world: World
  readonly wharden: Wharden
  readonly admin: Administrator
  /** A token with rights of its own, on everything below `samples/`. */
  token(name: string, permissions?: readonly string[]): Promise<IssuedToken>
  servicePrincipal(name: string, role: 'contributor' | 'reader'): Promise<ServicePrincipal>
  close(): Promise<void>
}

export async function openAzure(): Promise<Azure> {
  const world = openWorld()
  const wharden = await startWharden(world, 'wharden', { httpPort: 5000, httpsPort: 5443 })
  const close = async () => {
    await wharden.close()
    await world.close()
  }
  world.addHost('myregistry.registry.test')
  world.trust('myregistry.registry.test:5443', wharden.authorityPem)
  try {
    const admin = await administer(wharden)
    await admin.organization('myregistry')
    return {
      world,
      wharden,
      admin,
      token: (name, permissions = ALL_ACTIONS) =>
        admin.registryToken('myregistry', name, [{ repository: 'samples/*', permissions }]),
      servicePrincipal: (name, role) => admin.servicePrincipal('myregistry', name, role),
      close,
    }
  } catch (cause) {
    // Who waits for it has nothing to close, and its ports are the next one's.
    await close()
    throw cause
  }
}
