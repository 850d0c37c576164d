import type { Act } from '../act.ts'

/** Below this nothing is removed, so that pulls always have something to choose from. */
const KEPT = 60

/** An image goes, as a retention job of a user would do it. What it alone held is garbage from then on. */
export const remove: Act = async ({ door, estate, random, tally }) => {
  if (estate.images().length <= KEPT) return
  const image = estate.image(random)
  const writer = random.of(estate.tenants.find(({ name }) => name === image?.organization)?.writers ?? [])
  if (image === undefined || writer === undefined) return
  estate.remove(image)
  const name = `${image.organization}/${image.repository}`
  const token = await door.token(writer, `repository:${name}:delete,pull`)
  const path = `/v2/${name}/manifests/${image.digest}`
  await door.send('manifest DELETE', 'DELETE', path, { token, expected: [202] })
  tally.did('delete')
  // Gone for everybody at once: this is a row in the database, not something a replica remembers.
  const sent = { token, expected: [404] }
  for (let at = 0; at < door.replicas; at += 1)
    await door.send('manifest HEAD', 'HEAD', path, { ...sent, at })
}
