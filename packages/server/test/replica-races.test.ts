/** What two replicas promise together when people act on each other at the same moment, each at a server of their own. */
import { beforeAll, expect, it } from 'vitest'
import type { Role } from '@wharden/policy'
import type { Answer } from './client.ts'
import { at, describeTwoServers } from './describe-two-servers.ts'
import { READ, required, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'
import type { Server } from './server.ts'

const ROUNDS = [0, 1, 2]
const SOON = { timeout: 2_000, interval: 20 }
/** A server that has never heard of a secret doesn't ask twice within a second, and the machine may have much to do. */
const PATIENTLY = { timeout: 20_000, interval: 50 }

type Person = { readonly name: string; readonly session: Issued }
type Roles = Readonly<Record<string, Role>>

describeTwoServers((servers) => {
  let one: Server
  let two: Server
  beforeAll(() => {
    const both = servers()
    if (both !== undefined) [one, two] = both
  })

  const ask = (server: Server, method: string, path: string, as: Issued, body?: object): Promise<Answer> =>
    at(server)(method, `/api/v1${path}`, {
      token: as.secret,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })

  /** Two people for each round, who have asked at both servers before: nobody is turned away as not known yet. */
  async function pairs(names: readonly [string, string], roles: (round: number) => Roles) {
    const made: (readonly [Person, Person])[] = []
    for (const round of ROUNDS) {
      const person = async (name: string): Promise<Person> => {
        const user = await one.user(`${name}-${round}`, roles(round))
        return { name: user.name, session: await one.session(user) }
      }
      made.push([await person(names[0]), await person(names[1])])
    }
    const known = async (server: Server, { session }: Person) =>
      expect
        .poll(async () => (await ask(server, 'GET', '/organizations', session)).status, PATIENTLY)
        .toBe(200)
    await Promise.all(made.flat().flatMap((person) => [known(one, person), known(two, person)]))
    return made
  }

  it('of two owners who demote each other one stays an owner', async () => {
    const places = await Promise.all(ROUNDS.map((round) => one.organization(`owned-${round}`)))
    const rounds = await pairs(['ann', 'bob'], (round) => ({ [`owned-${round}`]: 'owner' }))
    for (const [round, [ann, bob]] of rounds.entries()) {
      const demote = (server: Server, as: Person, other: Person) =>
        ask(server, 'PUT', `/organizations/owned-${round}/members/${other.name}`, as.session, {
          role: 'member',
        })
      const answers = await Promise.all([demote(one, ann, bob), demote(two, bob, ann)])
      // The second may have been demoted before it was looked up what they may.
      expect([403, 409]).toContain(answers.map(({ status }) => status).sort()[1])
      const { id } = required(places[round])
      expect(await two.house.store.read.memberships.countOwners(id)).toBe(1)
    }
  })

  it('of two owners of a company who remove each other one stays', async () => {
    const root = await one.administrator('root')
    const rounds = await pairs(['carl', 'dora'], () => ({}))
    for (const [round, [carl, dora]] of rounds.entries()) {
      const path = `/companies/holding-${round}`
      demand(await ask(one, 'POST', '/companies', root, { name: `holding-${round}` }), 201)
      for (const { name } of [carl, dora]) demand(await ask(one, 'PUT', `${path}/owners/${name}`, root), 204)
      const remove = (server: Server, as: Person, other: Person) =>
        ask(server, 'DELETE', `${path}/owners/${other.name}`, as.session)
      const answers = await Promise.all([remove(one, carl, dora), remove(two, dora, carl)])
      // The second may have been removed before it was looked up whether they own it: there is no such company for them.
      expect([404, 409]).toContain(answers.map(({ status }) => status).sort()[1])
      expect((await ask(one, 'GET', `${path}/owners`, root)).json.items).toHaveLength(1)
    }
  })

  it('what a group gives and loses at one is so at the other within two seconds', async () => {
    await one.organization('acme')
    const ci = await one.oat('acme', { '*': [...READ, 'content/write'] })
    await pushImage({ send: at(one) }, 'acme/app', { as: ci, tag: 'v1' })
    const member = await one.user('fay', { acme: 'member' })
    const pat = await one.pat(member, 'repo:write')
    const pull = async (server: Server) =>
      (await at(server)('GET', '/v2/acme/app/manifests/v1', { as: pat })).status
    const push = async (server: Server) =>
      (await at(server)('POST', '/v2/acme/app/blobs/uploads/', { as: pat })).status
    await expect.poll(() => pull(two), PATIENTLY).toBe(403)
    expect(await pull(one)).toBe(403)
    const group = await one.group('acme', 'web', [member], { app: 'read' })
    expect([await pull(one), await push(one)]).toEqual([200, 403])
    await expect.poll(() => pull(two), SOON).toBe(200)
    await two.permit('acme', group, 'app', 'write')
    expect(await push(two)).toBe(202)
    await expect.poll(() => push(one), SOON).toBe(202)
    await one.leaveGroup('acme', group, member)
    expect(await pull(one)).toBe(403)
    await expect.poll(() => pull(two), SOON).toBe(403)
  })
})
