import { appendFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { administer, type Administrator, PASSWORD } from './support/administrator.ts'
import { CLIENT_NAMES } from './support/clients/client.ts'
import { openClients, type Clients } from './support/clients/open-clients.ts'
import { describeWith } from './support/describe-with.ts'
import { succeeded, type Ran } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'
import { startWharden, type Wharden } from './support/wharden.ts'
import { openWorld, type World } from './support/world.ts'
import { castRefusals, type RefusalCast } from './support/refusal-cast.ts'

describeWith(['dockerd', 'docker', 'containerd', 'ctr'], 'explore', () => {
  let world: World
  let clients: Clients
  let wharden: Wharden
  let admin: Administrator
  let cast: RefusalCast
  const log = (text: string) => appendFileSync('/tmp/explore.txt', text + '\n')
  const show = (title: string, ran: Ran | undefined) =>
    log(`### ${title} -> ${ran?.exitCode} ${ran?.milliseconds} ms\n${ran?.output.trim()}`)

  beforeAll(async () => {
    let t = performance.now()
    const lap = (n: string) => {
      log(`${n} ${Math.round(performance.now() - t)}`)
      t = performance.now()
    }
    world = openWorld()
    wharden = await startWharden(world, 'one', { httpPort: 5000, httpsPort: 5443 })
    lap('server')
    world.addHost('acme.registry.test')
    world.trust('acme.registry.test:5443', wharden.authorityPem)
    clients = await openClients(world)
    lap('clients')
    admin = await administer(wharden)
    cast = await castRefusals(admin)
    lap('cast')
    const skopeo = clients.create('skopeo')
    succeeded(await skopeo.signIn(wharden.registry, cast.writer.credentials))
    for (const r of ['acme/private', 'acme/other', 'open/public', 'closed/public'])
      succeeded(await skopeo.push(makeTinyImage(world), `${wharden.registry}/${r}:1`))
    lap('push')
  })
  afterAll(async () => {
    log(wharden.daemon.log())
    await clients?.close()
    await wharden?.close()
    await world?.close()
  })

  const pulls = [
    ['elsewhere', 'acme/private:1'],
    ['elsewhere', 'acme/absent:1'],
    ['elsewhere', 'nowhere/app:1'],
    ['metadata', 'acme/private:1'],
    ['writeOnly', 'acme/private:1'],
    ['gateway', 'docker.io/evil/app:1'],
    ['gateway', 'docker.io/library/nginx:1.25'],
    ['gateway', 'quay.io/foo/bar:1'],
    ['nobody', 'closed/public:1'],
    ['nobody', 'acme/private:1'],
    ['nobody', 'open/public:1'],
    ['distant', 'acme/private:1'],
    ['owner', 'docker.io/evil/app:1'],
    ['member', 'docker.io/evil/app:1'],
    ['member', 'acme/private:1'],
    ['reader', 'acme/private:none'],
  ] as const
  const pushes = [
    ['reader', 'acme/private:2'],
    ['writeOnly', 'acme/private:2'],
    ['metadata', 'acme/private:2'],
    ['elsewhere', 'acme/absent:2'],
    ['elsewhere', 'nowhere/app:2'],
    ['nobody', 'open/public:2'],
    ['gateway', 'docker.io/library/nginx:2'],
    ['owner', 'docker.io/library/nginx:2'],
    ['distant', 'acme/private:2'],
  ] as const
  it.each(CLIENT_NAMES)(
    '%s',
    async (name) => {
      for (const [who, ref] of pulls) {
        const c = clients.create(name)
        if (who !== 'nobody') {
          const r = await c.signIn(wharden.registry, cast[who].credentials)
          log(`login ${r?.milliseconds}`)
        }
        show(`${name} ${who} pulls ${ref}`, await c.pull(`${wharden.registry}/${ref}`))
      }
      for (const [who, ref] of pushes) {
        const c = clients.create(name)
        if (who !== 'nobody') await c.signIn(wharden.registry, cast[who].credentials)
        const t = performance.now()
        show(`${name} ${who} pushes ${ref}`, await c.push(makeTinyImage(world), `${wharden.registry}/${ref}`))
        log(`whole push ${Math.round(performance.now() - t)}`)
      }
      const c = clients.create(name)
      const r = cast.reader.credentials
      for (const [t, cr] of Object.entries({
        wrongname: { ...r, username: 'olga' },
        damaged: { ...r, password: r.password.slice(0, -1) },
        garbage: { ...r, password: 'hello' },
        human: { username: 'olga', password: PASSWORD },
        unknown: { ...r, password: 'whd_oat_' + 'a'.repeat(36) },
      }))
        show(`${name} login ${t}`, await c.signIn(wharden.registry, cr))
      const d = clients.create(name)
      const tok = await admin.organizationToken('acme', 'dying', {
        repositories: [{ repository: 'private', permissions: ['scope-image-pull'] }],
      })
      succeeded((await d.signIn(wharden.registry, tok.credentials)) ?? (await d.run(['version'])))
      await admin.call('PATCH', `/tokens/${tok.id}`, { status: 'inactive' })
      show(`${name} deactivated`, await d.pull(`${wharden.registry}/acme/private:1`))
      show(`${name} deactivated login`, await clients.create(name).signIn(wharden.registry, tok.credentials))
      await admin.deleteToken(tok.id)
      show(`${name} deleted`, await d.pull(`${wharden.registry}/acme/private:1`))
      show(`${name} deleted login`, await clients.create(name).signIn(wharden.registry, tok.credentials))
      for (const [who, ref] of [...pulls.slice(0, 9), ['nobody', 'acme/private:1']] as typeof pulls) {
        const c = clients.create(name)
        if (who !== 'nobody') await c.signIn(wharden.registry, cast[who].credentials)
        if (name === 'docker' || name === 'buildah')
          show(`${name} ${who} builds from ${ref}`, await c.build(`${wharden.registry}/${ref}`))
        if (name === 'docker') {
          const k = clients.createBuildKit()
          if (who !== 'nobody') await k.signIn(wharden.registry, cast[who].credentials)
          show(`buildkit ${who} builds from ${ref}`, await k.build(`${wharden.registry}/${ref}`))
        }
      }
    },
    400_000,
  )
})
