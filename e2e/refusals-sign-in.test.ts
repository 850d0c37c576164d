/**
 * Credentials that are wrong, and logins that are over: what each client prints of the token service's answer, at
 * sign-in and at the very next pull, push and build. Nobody is asked for a password again.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PASSWORD, type Administrator, type IssuedToken } from './support/administrator.ts'
import { BUILDERS, CLIENT_NAMES, SEEDER, type Client, type Credentials } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { pulls } from './support/refusals/cast.ts'
import { tells, TELLERS } from './support/refusals/lines.ts'
import { isRefused } from './support/refusals/printed.ts'
import { DEAD, LOGINS, type End } from './support/refusals/sign-in-rows.ts'
import type { Act, Teller } from './support/refusals/text.ts'
import { succeeded, type Ran } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

/** Long enough for everybody to sign in with a token that expires; what needs it expired comes last. */
const SIGN_IN_TIME = 20_000
const AT = { repository: 'acme/private', tag: '1' }
const ALL: readonly Teller[] = [...new Set([...CLIENT_NAMES, ...BUILDERS])]

describeWith(['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'buildah'], 'sign-in', () => {
  let product: Product
  let tokens: Readonly<Record<End, IssuedToken>>
  let devices: Awaited<ReturnType<typeof disableDevices>>
  let day: string
  const signedIn = new Map<string, Client>()
  const create = (teller: Teller) => product.clients.create(teller)

  beforeAll(async () => {
    product = await openProduct()
    const { admin, wharden, world } = product
    await admin.organization('acme')
    const writer = await admin.personalToken('writer', [{ repository: '*', permissions: ['repo:write'] }])
    const seeder = create(SEEDER)
    succeeded(await seeder.signIn(wharden.registry, writer.credentials))
    succeeded(await seeder.push(makeTinyImage(world), `${wharden.registry}/acme/private:1`))
    const issue = (label: End, more: object = {}) =>
      admin.organizationToken('acme', label, { repositories: [pulls('private')], ...more })
    const expires = new Date(Date.now() + SIGN_IN_TIME)
    day = expires.toISOString().slice(0, 10)
    tokens = {
      deleted: await issue('deleted'),
      deactivated: await issue('deactivated'),
      expired: await issue('expired', { expiresAt: expires.toISOString() }),
    }
    devices = await disableDevices(admin, expires)
    await Promise.all(DEAD.map(({ end }) => signEverybodyIn(end)))
    await admin.deleteToken(tokens.deleted.id)
    await admin.call('PATCH', `/tokens/${tokens.deactivated.id}`, { status: 'inactive' })
  })

  afterAll(() => product?.close())

  async function signEverybodyIn(end: End): Promise<void> {
    for (const teller of ALL) {
      const client = create(teller)
      const ran = await client.signIn(product.wharden.registry, tokens[end].credentials)
      if (ran !== undefined) succeeded(ran)
      signedIn.set(`${teller} ${end}`, client)
    }
  }

  async function hasEnded(end: End): Promise<void> {
    const wait = { timeout: SIGN_IN_TIME, interval: 250 }
    await vi.waitFor(async () => expect(await statusOf(tokens[end].credentials)).toBe(401), wait)
  }

  async function statusOf({ username, password }: Credentials): Promise<number> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    return (await fetch(`${product.wharden.url}/token`, { headers: { authorization } })).status
  }

  async function expectRefusal(
    act: Act,
    attempt: (teller: Teller) => Promise<Ran | undefined>,
    says: (teller: Teller) => string,
  ): Promise<void> {
    const at = { host: product.wharden.registry, ...AT }
    const message = (teller: Teller) => says(teller).replace('DAY', day)
    const said = await Promise.all(
      TELLERS[act].map(async (teller) => ({
        teller,
        expected: tells(teller, act, 'unauthorized', at, message(teller)),
        ran: await attempt(teller),
      })),
    )
    expect(
      said.map(({ teller, expected, ran }) => ({ teller, ...isRefused(ran, expected?.line ?? '') })),
    ).toEqual(said.map(({ teller, expected }) => ({ teller, ...expected, prompts: false, retries: false })))
  }

  describe.each(DEAD)('$reason', ({ end, refreshed, signedIn: kept }) => {
    beforeAll(() => hasEnded(end))

    // docker keeps a refresh token, the others the secret.
    const says = (teller: Teller) => (teller.startsWith('docker') || teller === 'BuildKit' ? refreshed : kept)

    it.each(['pull', 'push', 'build'] as const)('%s', (act) =>
      expectRefusal(
        act,
        async (teller) => {
          const client = signedIn.get(`${teller} ${end}`)
          const reference = `${product.wharden.registry}/${AT.repository}:${AT.tag}`
          if (act === 'push') return client?.push(makeTinyImage(product.world), reference)
          return act === 'build' ? client?.build(reference) : client?.pull(reference)
        },
        says,
      ),
    )
  })

  describe('login', () => {
    beforeAll(() => hasEnded('expired'))

    const tried: Readonly<Record<(typeof LOGINS)[number]['reason'], () => Credentials>> = {
      'another user name': () => ({ ...tokens.deactivated.credentials, username: 'olga' }),
      'a secret cut short or mistyped': () => {
        const { username, password } = tokens.deactivated.credentials
        return { username, password: password.slice(0, -1) }
      },
      'the password for the console': () => ({ username: 'olga', password: PASSWORD }),
      'a deleted token': () => tokens.deleted.credentials,
      'a deactivated token': () => tokens.deactivated.credentials,
      'an expired token': () => tokens.expired.credentials,
      'another name than the registry token’s': () => ({ ...devices.disabled, username: 'other' }),
      'a registry token that is disabled': () => devices.disabled,
      'a registry token’s password that was deleted': () => devices.deleted,
      'a registry token’s password that expired': () => devices.expired,
    }

    it.each(LOGINS)('$reason', ({ reason, says }) =>
      expectRefusal(
        'login',
        (teller) => create(teller).signIn(product.wharden.registry, tried[reason]()),
        () => says,
      ),
    )

    it('from an address that the token doesn’t allow is no dead credential: it is told at the first pull', async () => {
      const distant = await product.admin.organizationToken('acme', 'distant', {
        repositories: [pulls('private')],
        addresses: ['192.0.2.0/24'],
      })
      for (const teller of TELLERS.login)
        succeeded(await create(teller).signIn(product.wharden.registry, distant.credentials))
    })
  })
})

/** Registry tokens that nobody signs in with any more: one that is disabled, and both passwords of another. */
async function disableDevices(admin: Administrator, expires: Date) {
  const make = async (name: string, more: object = {}) => {
    const rights = {
      type: 'repositories',
      repositories: [{ repository: 'private', permissions: ['content/read'] }],
    }
    const body = { kind: 'registry-token', organization: 'acme', name, rights, ...more }
    const { token, secrets } = Object(await admin.call('POST', '/tokens', body))
    const credentials = secrets.map(({ value }: { readonly value: string }) => ({
      username: name,
      password: value,
    }))
    return { id: String(token.id), credentials: credentials as readonly [Credentials, Credentials] }
  }
  const disabled = await make('disabled')
  await admin.call('PATCH', `/tokens/${disabled.id}`, { status: 'inactive' })
  const device = await make('device', { passwordsExpireAt: expires.toISOString() })
  await admin.call('DELETE', `/tokens/${device.id}/passwords/password2`)
  const [expired, deleted] = device.credentials
  return { disabled: disabled.credentials[0], expired, deleted }
}
