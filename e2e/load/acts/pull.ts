import { digestOf, OCI_MANIFEST } from '../../../packages/server/test/images.ts'
import type { Act, Shift } from '../act.ts'
import type { Image } from '../estate.ts'

/** A whole pull, as docker does it: HEAD by tag, GET by digest, every blob; and every byte is hashed. */
export const pull: Act = async (shift) => {
  const { estate, random } = shift
  const image = estate.image(random)
  if (image === undefined) return
  const reader = random.of(estate.tenants.find(({ name }) => name === image.organization)?.readers ?? [])
  if (reader === undefined) throw new Error('nobody may read here')
  await pullWhole(shift, image, reader)
}

/** @throws when a byte is not what it was, or something is missing that nobody removed */
export async function pullWhole(
  { door, tally }: Pick<Shift, 'door' | 'tally'>,
  image: Image,
  reader: { readonly name: string; readonly secret: string },
): Promise<void> {
  const name = `${image.organization}/${image.repository}`
  const token = await door.token(reader, `repository:${name}:pull`)
  // Asked before the answer: who removes an image marks it first, so only a marked one may be missing.
  const get = async (kind: string, method: string, path: string) => {
    const sent = { token, headers: { accept: OCI_MANIFEST }, expected: [200, 404] }
    const answer = await door.send(kind, method, `/v2/${name}/${path}`, sent)
    if (answer.status === 404 && !image.removed) throw new Error(`${name} lost ${path}: ${answer.text}`)
    return answer.status === 200 ? answer : undefined
  }
  if ((await get('manifest HEAD', 'HEAD', `manifests/${image.tag}`)) === undefined) return
  const manifest = await get('manifest GET', 'GET', `manifests/${image.digest}`)
  if (manifest === undefined) return
  tally.did('pull')
  for (const [digest, answer] of [[image.digest, manifest] as const, ...(await blobsOf(image, get))]) {
    if (answer !== undefined && digestOf(answer.body) !== digest)
      throw new Error(`${name}: the bytes of ${digest} are others`)
  }
}

async function blobsOf<Answer>(
  image: Image,
  get: (kind: string, method: string, path: string) => Promise<Answer>,
): Promise<readonly (readonly [string, Answer])[]> {
  return Promise.all(
    image.blobs.map(async (digest) => [digest, await get('blob GET', 'GET', `blobs/${digest}`)] as const),
  )
}
