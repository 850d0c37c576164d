/** Strangers in their thousands: refused in bounded memory, counted instead of written down, and in nobody's way. */
import { beforeAll, expect, it } from 'vitest'
import { describeServer } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const TIMES = 5_000
const AT_ONCE = 50
/** What may be written down of strangers in an hour, generously. */
const ROWS = 1_100

describeServer('a flood', (server) => {
  let ci: Issued
  beforeAll(async () => {
    await server().organization('acme')
    await server().repository('acme', 'open', 'public')
    ci = await server().oat('acme', { '*': ALL })
    await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
  })

  async function flood(act: (n: number) => Promise<unknown>, times = TIMES): Promise<void> {
    for (let n = 0; n < times; n += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => act(n + at)))
  }

  async function refusalRows(): Promise<number> {
    await server().house.recorder.flush()
    let count = 0
    for (let last: string | undefined; ;) {
      const page = await server().house.store.read.refusals.list({
        limit: 1_000,
        ...(last !== undefined && { last }),
      })
      count += page.items.length
      last = page.items.at(-1)?.id
      if (!page.more) return count
    }
  }

  async function activityRows(): Promise<number> {
    await server().house.recorder.flush()
    let count = 0
    for (let last: number | undefined; ;) {
      const page = await server().house.store.read.activity.list({
        limit: 1_000,
        ...(last !== undefined && { last }),
      })
      count += page.items.length
      last = page.items.at(-1)?.id
      if (!page.more) return count
    }
  }

  it('of refusals of one thing is one row that counts them all', async () => {
    const token = await server().token({ scope: 'repository:acme/app:pull' })
    const before = await refusalRows()
    let decision = ''
    await flood(async () => {
      const { status, json } = await server().send('GET', '/v2/acme/app/manifests/v1', { token })
      expect(status).toBe(403)
      decision = json.errors[0].detail.decision
    }, 2_000)
    expect(await refusalRows()).toBe(before + 1)
    expect(await server().house.store.read.refusals.byId(decision)).toMatchObject({ count: 2_000 })
  })

  it('of refusals of things that differ is counted, and only so many are written down', async () => {
    const { house } = server()
    const chain = await house.store.read.audit.verify(house.store.installation)
    const version = (await house.store.read.organizations.byName(ci.name as never))?.version
    const memory = process.memoryUsage().rss
    await flood(async (n) => {
      if (n % 20 === 0) {
        const names = Array.from({ length: 20 }, (_, at) => `repository:acme/flood-${n + at}:pull`)
        const token = await server().token({ scope: names })
        for (let at = 0; at < 20; at += 1)
          expect((await server().send('GET', `/v2/acme/flood-${n + at}/tags/list`, { token })).status).toBe(
            403,
          )
      }
    })
    expect(await refusalRows()).toBeLessThan(ROWS)
    expect(house.recorder.dropped()).toBeGreaterThan(0)
    expect(process.memoryUsage().rss - memory).toBeLessThan(300 * 1024 * 1024)
    // The audit chain has nothing of it, and no organization was written to.
    expect(await house.store.read.audit.verify(house.store.installation)).toEqual(chain)
    expect((await house.store.read.organizations.byName(ci.name as never))?.version).toBe(version)
  })

  it('of challenges and of tokens for strangers is not written down at all', async () => {
    const [refusals, activity] = [await refusalRows(), await activityRows()]
    await flood(async (n) => {
      expect((await server().send('GET', `/v2/acme/x${n}/manifests/v1`)).status).toBe(401)
      await server().token({ scope: `repository:acme/x${n}:pull` })
    }, 1_000)
    expect([await refusalRows(), await activityRows()]).toEqual([refusals, activity])
  })

  it('of bad passwords is not written down either', async () => {
    const [refusals, activity] = [await refusalRows(), await activityRows()]
    const gone = await server().oat('acme', {})
    await server().deleteCredential(gone)
    await flood(async (n) => {
      const as = n % 2 === 0 ? gone : { name: 'acme', secret: `guess-${n}` }
      expect((await server().send('GET', '/v2/', { as })).status).toBe(401)
    }, 1_000)
    expect([await refusalRows(), await activityRows()]).toEqual([refusals, activity])
  })

  it('of one credential’s refusals is bounded too, and another’s are still written down', async () => {
    const loud = await server().oat('acme', { none: READ })
    const before = await refusalRows()
    await flood(async (n) => {
      expect((await server().send('GET', `/v2/acme/loud-${n}/tags/list`, { as: loud })).status).toBe(403)
    }, 2_000)
    expect((await refusalRows()) - before).toBeLessThan(ROWS)
    const quiet = await server().oat('acme', { none: READ })
    const answer = await server().send('GET', '/v2/acme/quiet/tags/list', { as: quiet })
    await server().house.recorder.flush()
    expect(await server().house.store.read.refusals.byId(answer.json.errors[0].detail.decision)).toBeDefined()
  })

  it('slows no commit, and revoking works in the midst of it', async () => {
    const who = await server().oat('acme', { app: READ })
    const token = await server().token({ as: who, scope: 'repository:acme/app:pull' })
    demand(await server().send('GET', '/v2/acme/app/manifests/v1', { token }), 200)
    const stranger = await server().token({ scope: 'repository:acme/app:pull' })
    let flooding = true
    const floods = Array.from({ length: 20 }, async () => {
      while (flooding) await server().send('GET', '/v2/acme/app/manifests/v1', { token: stranger })
    })
    const began = performance.now()
    await server().revoke(who)
    const took = performance.now() - began
    const { status } = await server().send('GET', '/v2/acme/app/manifests/v1', { token })
    flooding = false
    await Promise.all(floods)
    expect(status).toBe(401)
    expect(took).toBeLessThan(2_000)
  })
})
