/** Several replicas that meet an empty database at the same moment: one installation comes of it. */
import { expect, it } from 'vitest'
import { connectTo } from '../../../packages/server/test/connect-to.ts'
import { administer } from '../../support/administrator.ts'
import { describeWith } from '../../support/describe-with.ts'
import { openReplicas } from '../../support/replicas.ts'
import { demand } from '../../../packages/server/test/images.ts'
import { createClient } from '../../../packages/server/test/client.ts'
import { loginOf } from './company.ts'

describeWith([], 'replicas that start at once on an empty database', () => {
  it.each([1, 2, 3])('make one schema, one key of each kind, and links that all work (time %i)', async () => {
    const replicas = await openReplicas({ count: 3, settings: {}, together: true })
    const database = await connectTo(replicas.postgres?.url)
    try {
      const keys = await database.query(
        `SELECT split_part(id, ':', 1) AS family, state FROM signing_key ORDER BY id`,
      )
      expect(keys.rows).toEqual([
        { family: 'access', state: 'active' },
        { family: 'management', state: 'active' },
        { family: 'refresh', state: 'active' },
      ])
      const links = replicas.all.map(({ launched }) => launched().setupSecret)
      expect(new Set(links).size).toBe(3)
      // Any of the links does, anywhere, once.
      const [one, two, three] = replicas.all.map(({ launched }) => launched())
      if (one === undefined || two === undefined || three === undefined) throw new Error('there are three')
      const admin = await administer({ ...one, setupSecret: three.setupSecret })
      await expect(administer({ ...two, setupSecret: one.setupSecret })).rejects.toThrow(/gone|410|used/)
      await admin.organization('acme')
      const issued = await admin.organizationToken('acme', 'robot', {
        repositories: [{ repository: '*', permissions: ['scope-image-pull'] }],
      })
      const clients = replicas.all.map(({ port }) => createClient(port))
      const headers = { host: replicas.host }
      // A token of each, at each: they sign with one key, or know one another's.
      for (const from of clients) {
        const as = loginOf(issued.credentials)
        const { token } = demand(
          await from.send('GET', '/token?scope=repository:acme/app:pull', { as, headers }),
          200,
        ).json
        for (const to of clients)
          expect((await to.send('GET', '/v2/acme/app/manifests/v1', { token, headers })).status).toBe(404)
      }
      for (const client of clients) client.close()
    } finally {
      await database.end()
      await replicas.close()
    }
  })
})
