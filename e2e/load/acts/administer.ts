import { randomBytes } from 'node:crypto'
import type { Act } from '../act.ts'

/** A look around and a change, as an owner makes them in a console or by a script. */
export const administer: Act = async ({ door, estate, random, admin }) => {
  const { name } = estate.tenant(random)
  const call = async (kind: string, method: string, path: string, status: number, body?: object) =>
    door.send(`admin ${kind}`, method, `/api/v1${path}`, {
      token: admin.bearer,
      expected: [status],
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })

  const looks = [
    `/tokens?organization=${name}`,
    `/organizations/${name}/repositories`,
    `/audit?organization=${name}`,
  ]
  await call('list', 'GET', random.of(looks) ?? '', 200)
  const repository = `temporary/${randomBytes(6).toString('hex')}`
  const repositories = `/organizations/${name}/repositories`
  await call('create', 'POST', repositories, 201, { name: repository })
  await call('show', 'GET', `${repositories}/${repository}`, 200)
  await call('change', 'PATCH', `${repositories}/${repository}`, 200, { description: 'for a moment' })
  await call('delete', 'DELETE', `${repositories}/${repository}`, 204)
}
