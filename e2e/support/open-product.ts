import { administer, type Administrator } from './administrator.ts'
import { openClients, type Clients } from './clients/open-clients.ts'
import { startWharden, type Wharden } from './wharden.ts'
import { openWorld, type World } from './world.ts'

/** A world with one server of the product, its administrator, and every client. */
export type Product = {
  readonly world: World
  readonly wharden: Wharden
  readonly admin: Administrator
  readonly clients: Clients
  /** `acme.registry.test:5443` */
  organizationHost(name: string): string
  close(): Promise<void>
}

/**
 * @param organizations whose own hosts clients can reach as well; they need not exist
 * @param hosts that engines can find from their start: Go programs read /etc/hosts again after some seconds only
 */
export async function openProduct(
  organizations: readonly string[] = [],
  hosts: readonly string[] = [],
): Promise<Product> {
  const world = openWorld()
  for (const host of hosts) world.addHost(host)
  const wharden = await startWharden(world, 'wharden', { httpPort: 5000, httpsPort: 5443 })
  const organizationHost = (name: string) => `${name}.${wharden.registry}`
  for (const name of organizations) {
    world.addHost(`${name}.registry.test`)
    world.trust(organizationHost(name), wharden.authorityPem)
  }
  const clients = await openClients(world)
  return {
    world,
    wharden,
    clients,
    organizationHost,
    admin: await administer(wharden),
    close: async () => {
      await clients.close()
      await wharden.close()
      await world.close()
    },
  }
}
