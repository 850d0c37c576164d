/** What docker prints while a replica can't decide: a reason, at once, and never a question for a password. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pushImage } from '../../../packages/server/test/images.ts'
import { openClients, type Clients } from '../../support/clients/open-clients.ts'
import { describeWith } from '../../support/describe-with.ts'
import { succeeded } from '../../support/run.ts'
import type { TcpLine } from '../../support/tcp-line.ts'
import { openWorld, type World } from '../../support/world.ts'
import { openCompany, type Company } from './company.ts'
import { openDatabaseLine } from './database-line.ts'

describeWith(['dockerd', 'docker', 'containerd', 'ctr'], 'docker, where PostgreSQL is silent', () => {
  let world: World
  let clients: Clients
  let company: Company
  let line: TcpLine

  beforeAll(async () => {
    world = openWorld()
    company = await openCompany({
      count: 1,
      each: async (_, databaseUrl) => {
        const opened = await openDatabaseLine(databaseUrl)
        line = opened
        return { WHARDEN_DATABASE_URL: opened.url }
      },
    })
    clients = await openClients(world)
    await pushImage({ send: (method, path, sent) => company.send(0, method, path, sent) }, 'acme/app', {
      as: company.robot,
      tag: 'v1',
    })
  })
  afterAll(async () => {
    line?.restore()
    await clients?.close()
    await company?.close()
    await line?.close()
    await world?.close()
  })

  it('says what is the matter, and works again as soon as it can', async () => {
    const registry = `localhost:${company.replica(0).port}`
    const docker = clients.create('docker')
    succeeded(await docker.signIn(registry, { username: company.robot.name, password: company.robot.secret }))
    line.silence()
    await expect
      .poll(async () => (await company.send(0, 'GET', '/v2/', { as: company.robot })).text, {
        timeout: 30_000,
      })
      .toContain('lost touch')
    const refused = await docker.pull(`${registry}/acme/app:v1`)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.output).toContain('this server has lost touch with its database and can not decide')
    expect(refused.output).not.toMatch(/login|password|authentication required/i)
    line.restore()
    await expect
      .poll(async () => (await company.send(0, 'GET', '/health/ready')).status, { timeout: 30_000 })
      .toBe(200)
    const again = await docker.pull(`${registry}/acme/app:v1`)
    expect(again.output).not.toContain('lost touch')
  })
})
