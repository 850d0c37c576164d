import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Act } from '../act.ts'

/** What the house promises for the replicas that didn't make the change; the node that made it refuses at once. */
const PROMISED_MILLISECONDS = 2_000

/** A token is given, used everywhere, taken away, and refused everywhere. How long that takes elsewhere is measured. */
export const revoke: Act = async ({ door, estate, random, admin, tally }) => {
  const image = estate.image(random)
  if (image === undefined) return
  const { organization, repository, digest } = image
  const json = { 'content-type': 'application/json' }
  const created = await door.send('admin create', 'POST', '/api/v1/tokens', {
    token: admin.bearer,
    headers: json,
    body: JSON.stringify({
      kind: 'oat',
      organization,
      label: `leaver ${randomBytes(6).toString('hex')}`,
      repositories: [{ repository, permissions: ['scope-image-pull'] }],
    }),
    expected: [201],
    at: 0,
  })
  const { token, secrets, login } = created.json
  const leaver = { name: login.username, secret: secrets[0].value }
  const name = `${organization}/${repository}`
  const access = await door.token(leaver, `repository:${name}:pull`, { fresh: true })
  const look = (at: number, expected: readonly number[]) =>
    door.send('manifest HEAD', 'HEAD', `/v2/${name}/manifests/${digest}`, { token: access, expected, at })
  for (let at = 0; at < door.replicas; at += 1) await look(at, [200, 404])

  await door.send('admin delete', 'DELETE', `/api/v1/tokens/${token.id}`, {
    token: admin.bearer,
    expected: [204],
    at: 0,
  })
  const since = performance.now()
  await look(0, [401])
  for (let at = 1; at < door.replicas; at += 1) {
    while ((await look(at, [200, 404, 401])).status !== 401) {
      if (performance.now() - since > PROMISED_MILLISECONDS)
        throw new Error(`a revoked token still worked on another replica after ${PROMISED_MILLISECONDS} ms`)
      await pause(5)
    }
    tally.took('revocation felt elsewhere', performance.now() - since)
  }
}
