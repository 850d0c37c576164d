import { randomBytes } from 'node:crypto'
import type { Login } from '../../../packages/server/test/client.ts'
import { content, image, OCI_MANIFEST, type Content } from '../../../packages/server/test/images.ts'
import type { Act, Shift } from '../act.ts'
import type { Tenant } from '../estate.ts'

const KIBIBYTE = 1024
/** Above this a blob goes in pieces, each to another replica. */
const PIECE = 256 * KIBIBYTE

/** A new image: a config and a layer of its own, often a layer that another image has; read back at once from elsewhere. */
export const push: Act = async (shift) => {
  const { door, estate, random, tally } = shift
  const tenant = estate.tenant(random)
  const repository = random.of(tenant.repositories) ?? ''
  const writer = random.of(tenant.writers)
  if (writer === undefined) return
  const shared = random.percent(50) ? await mount(shift, tenant, repository, writer) : undefined
  const scope = `repository:${tenant.name}/${repository}:pull,push`
  const token = await door.token(writer, scope)
  const config = content(JSON.stringify({ os: 'linux', id: randomBytes(8).toString('hex') }))
  const layer = content(randomBytes(sizeOf(shift)))
  for (const blob of [config, layer]) await upload(shift, `${tenant.name}/${repository}`, token, blob)
  const layers = shared === undefined ? [layer] : [layer, shared]
  const manifest = image({ config, layers })
  const tag = `build-${randomBytes(6).toString('hex')}`
  const path = `/v2/${tenant.name}/${repository}/manifests/`
  await door.send('manifest PUT', 'PUT', `${path}${tag}`, {
    token,
    body: manifest.bytes,
    headers: { 'content-type': OCI_MANIFEST },
    expected: [201],
  })
  tally.did('push')
  const seen = await door.send('manifest HEAD', 'HEAD', `${path}${tag}`, { token, expected: [200] })
  if (seen.headers['docker-content-digest'] !== manifest.digest)
    throw new Error(`${path}${tag} is not what was pushed`)
  const blobs = [config, ...layers].map(({ digest }) => digest)
  estate.add({ organization: tenant.name, repository, tag, digest: manifest.digest, blobs, removed: false })
}

/** Most layers are small here, a few are not. */
function sizeOf({ random }: Shift): number {
  return random.percent(5) ? (1 + random.below(3)) * 1024 * KIBIBYTE : KIBIBYTE + random.below(63 * KIBIBYTE)
}

async function upload(
  { door, tally }: Shift,
  name: string,
  token: string,
  { bytes, digest }: Content,
): Promise<void> {
  const opened = await door.send('upload POST', 'POST', `/v2/${name}/blobs/uploads/`, {
    token,
    expected: [202],
  })
  let location = opened.headers.location ?? ''
  let sent = 0
  while (bytes.length - sent > PIECE) {
    const piece = bytes.subarray(sent, sent + PIECE)
    const range = `${sent}-${sent + piece.length - 1}`
    const headers = { 'content-range': range, 'content-type': 'application/octet-stream' }
    const taken = await door.send('upload PATCH', 'PATCH', location, {
      token,
      body: piece,
      headers,
      expected: [202],
    })
    location = taken.headers.location ?? ''
    sent += piece.length
  }
  const path = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`
  await door.send('upload PUT', 'PUT', path, { token, body: bytes.subarray(sent), expected: [201] })
  tally.did('upload')
}

/** A layer that another repository of the organization has. Undefined where it is none any more: then it is done without. */
async function mount(
  { door, estate, random }: Shift,
  tenant: Tenant,
  repository: string,
  writer: Login,
): Promise<Content | undefined> {
  const source = random.of(estate.images().filter(({ organization }) => organization === tenant.name))
  const digest = source?.blobs[1]
  if (source === undefined || digest === undefined) return undefined
  const from = `${tenant.name}/${source.repository}`
  const scope = `repository:${tenant.name}/${repository}:pull,push repository:${from}:pull`
  const token = await door.token(writer, scope)
  const path = `/v2/${tenant.name}/${repository}/blobs/uploads/?mount=${digest}&from=${from}`
  const answer = await door.send('mount POST', 'POST', path, { token, expected: [201, 202] })
  if (answer.status === 202 && !source.removed) throw new Error(`${from} lost ${digest}: it wasn't mounted`)
  if (answer.status === 202) return undefined
  const got = await door.send('blob GET', 'GET', `/v2/${tenant.name}/${repository}/blobs/${digest}`, {
    token,
    expected: [200],
  })
  return content(got.body)
}
