/**
 * The day after: the server's disk is gone, and its last backup is restored on another. Clients that were signed in notice
 * nothing: the same authority, the same tokens, every image by its digest; and what was revoked stays so.
 */
import { cpSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { administer, type Administrator, type IssuedToken } from '../support/administrator.ts'
import type { Client } from '../support/clients/client.ts'
import { describeWith } from '../support/describe-with.ts'
import { openProduct, type Product } from '../support/open-product.ts'
import { run, succeeded } from '../support/run.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { startWharden, type Wharden } from '../support/wharden.ts'

const MAIN = resolve(import.meta.dirname, '../../packages/wharden/src/main.ts')
const PORTS = { httpPort: 5000, httpsPort: 5443 }

describeWith(['dockerd', 'docker'], 'after a restore', () => {
  let product: Product
  let restored: Wharden | undefined
  let docker: Client
  let leaver: IssuedToken
  let digest: string

  const wharden = (data: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(process.execPath, [MAIN, ...args], {
      env: { WHARDEN_DATA: data, WHARDEN_HOST: 'registry.test', ...env },
    })

  beforeAll(async () => {
    product = await openProduct()
    const { admin, clients, world, wharden: server } = product
    await admin.organization('acme')
    const writing = [{ repository: 'app', permissions: ['content/read', 'content/write'] }]
    const token = await admin.registryToken('acme', 'builder', writing)
    leaver = await admin.registryToken('acme', 'leaver', writing)
    docker = clients.create('docker')
    succeeded(await docker.signIn(server.registry, token.credentials))
    const pushed = await docker.push(makeTinyImage(world), `${server.registry}/acme/app:1`)
    succeeded(pushed)
    digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.output)?.[1] ?? ''
    await admin.deleteToken(leaver.id)

    const backup = world.path('backup')
    succeeded(await wharden(server.directory, ['backup', backup]))
    // What the backup doesn't hold, and was kept apart.
    const data = world.path('restored')
    cpSync(join(server.directory, 'seal.key'), world.path('kept-apart'))
    await server.close()
    rmSync(server.directory, { recursive: true })

    const refused = await wharden(data, ['restore', backup])
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringContaining('and there is none here: put'),
    ])
    cpSync(world.path('kept-apart'), join(data, 'seal.key'))
    succeeded(await wharden(data, ['restore', backup]))
    restored = await startWharden(world, 'restored', PORTS)
  })

  afterAll(async () => {
    await restored?.close()
    await product?.close()
  })

  it('docker pulls by digest, with the login and the trust it had', async () => {
    expect(restored?.authorityPem).toBe(product.wharden.authorityPem)
    succeeded(await docker.pull(`${product.wharden.registry}/acme/app@${digest}`))
    succeeded(await docker.push(makeTinyImage(product.world), `${product.wharden.registry}/acme/app:2`))
    succeeded(await docker.pull(`${product.wharden.registry}/acme/app:2`))
  })

  it('a revoked token stays revoked', async () => {
    const other = product.clients.create('docker')
    const signedIn = await other.signIn(product.wharden.registry, leaver.credentials)
    expect(signedIn?.exitCode).toBe(1)
  })

  it('people sign in as before, and the audit chains are whole', async () => {
    if (restored === undefined) throw new Error('it was restored before')
    const admin: Administrator = await administer({ ...restored, setupSecret: undefined })
    const authority = join(restored.directory, 'ca.crt')
    const verify = ['audit', 'verify', '--server', `https://${restored.registry}`, '--ca', authority]
    for (const more of [[], ['--org', 'acme']]) {
      const verified = await wharden(restored.directory, [...verify, ...more], {
        WHARDEN_TOKEN: admin.bearer,
      })
      succeeded(verified)
      expect(verified.stdout).toContain('intact')
    }
  })
})
