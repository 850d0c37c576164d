/** That CNCF Distribution, in both versions, can be made to trust a token service: what `wharden guard` stands on. */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority, type Authority } from './support/authority.ts'
import { createSkopeo } from './support/clients/skopeo.ts'
import { describeWith } from './support/describe-with.ts'
import { findDistribution, startDistribution, type Distribution } from './support/distribution.ts'
import type { Program } from './support/go-install.ts'
import type { Command } from './support/requirements.ts'
import { succeeded } from './support/run.ts'
import { startTestIssuer, type TestIssuer } from './support/test-issuer.ts'
import { makeTinyImage } from './support/tiny-image.ts'
import { openWorld, type World } from './support/world.ts'

const ALICE = { username: 'alice', password: 'correct horse' }
const TWENTY_MINUTES = 20 * 60_000

const CASES = [
  { version: '2.8', keys: 'rootCertBundle', needs: ['docker-registry'] },
  { version: '3.1', keys: 'jwks', needs: ['go'] },
] as const satisfies readonly { readonly needs: readonly Command[]; readonly [other: string]: unknown }[]

for (const { version, keys, needs } of CASES) {
  describeWith([...needs, 'skopeo', 'openssl'], `distribution ${version}`, () => {
    let world: World
    let authority: Authority
    let issuer: TestIssuer | undefined
    let registry: Distribution | undefined
    let program: Program

    beforeAll(async () => {
      world = openWorld()
      program = await findDistribution(version)
      if (program.type === 'unavailable') return
      authority = await createAuthority(world)
      world.addHost('guarded.test')
      const tls = await authority.issue(['guarded.test'])
      const signer = await authority.issue(['signer.test'])
      issuer = await startTestIssuer({ address: world.address, ...signer, ...ALICE })
      const jwks = world.path('jwks.json')
      writeFileSync(jwks, issuer.jwks)
      registry = await startDistribution(world, program.path, {
        registry: 'guarded.test:5443',
        tls,
        auth: {
          type: 'token',
          realm: issuer.realm,
          service: issuer.service,
          issuer: issuer.issuer,
          keys: keys === 'jwks' ? { jwks } : { rootCertBundle: signer.certificate },
        },
      })
      world.trust('guarded.test:5443', authority.pem)
    }, TWENTY_MINUTES)

    afterAll(async () => {
      issuer?.close()
      await registry?.close()
      await world?.close()
    })

    it('lets in whom the token service lets in', async ({ skip }) => {
      if (program.type === 'unavailable' && process.env['CI'] !== 'true') skip(program.reason)
      expect(program).toMatchObject({ type: 'ok' })
      const skopeo = createSkopeo(world)
      const image = makeTinyImage(world)
      const reference = 'guarded.test:5443/samples/app:1'
      expect((await skopeo.push(image, reference)).exitCode).not.toBe(0)
      succeeded(await skopeo.signIn('guarded.test:5443', ALICE))
      succeeded(await skopeo.push(image, reference))
      succeeded(await skopeo.pull(reference))
    })
  })
}
