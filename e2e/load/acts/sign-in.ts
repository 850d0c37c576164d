import type { Act } from '../act.ts'

/** What CI machines do all day: a fresh token for a look at one tag list; now and then for what isn't theirs. */
export const signIn: Act = async ({ door, estate, random }) => {
  const tenant = estate.tenant(random)
  const reader = random.of(tenant.readers)
  if (reader === undefined) return
  const foreign = random.percent(20)
  const place = foreign ? estate.tenants.find(({ name }) => name !== tenant.name) : tenant
  const name = `${place?.name}/${random.of(tenant.repositories)}`
  const token = await door.token(reader, `repository:${name}:pull`, { fresh: true })
  const path = `/v2/${name}/tags/list`
  // A repository nobody pushed to yet is unknown to those who may read it, and forbidden to all others.
  await door.send('tags GET', 'GET', path, { token, expected: foreign ? [403] : [200, 404] })
}
