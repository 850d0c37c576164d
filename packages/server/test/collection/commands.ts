/** What clients, administrators, time and the collector do, one at a time, and what must be true of each answer. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Issued } from '../fixtures.ts'
import { demand, image, index, pushBlob, putManifest, type Content } from '../images.ts'
import type { Server } from '../server.ts'
import { mustHave, NAMES, neededBy, promise, repositoryOf, type Held, type Model } from './model.ts'
import type { SteppedCollector } from './stepped-collector.ts'

export type Real = {
  readonly server: Server
  readonly ci: Issued
  readonly collector: SteppedCollector
  /** Milliseconds after which the collector may take what nothing needs. */
  readonly after: number
  /** Few, so that they meet. */
  readonly blobs: readonly Content[]
  /** Names of this round's repositories. */
  readonly full: (name: string) => string
  /** Uploads that were begun: where, and of what. */
  readonly begun: { location: string; name: string; blob: Content }[]
}

type Command = fc.AsyncCommand<Model, Real>
type Act = (model: Model, real: Real) => Promise<void>

const HOUR = 3_600_000
/** A HEAD isn't written down while the one before is younger than a 24th. */
const kept = (after: number) => after - after / 24

const name = fc.constantFrom(...NAMES)
const pick = fc.nat({ max: 3 })

function command<Given>(what: string, given: fc.Arbitrary<Given>, act: (given: Given) => Act) {
  return given.map((value): Command => ({
    check: () => true,
    run: async (model, real) => {
      await act(value)(model, real)
    },
    toString: () => `${what}(${JSON.stringify(value)})`,
  }))
}

const at = <Item>(items: readonly Item[], which: number): Item | undefined => items[which % items.length]

const upload = command('upload', fc.record({ name, pick }), ({ name, pick }) => async (model, real) => {
  const blob = at(real.blobs, pick)!
  demand(await pushBlob(real.server, real.full(name), blob, { as: real.ci }), 201)
  promise(model, name, blob.digest)
})

const beginUpload = command('begin', fc.record({ name, pick }), ({ name, pick }) => async (model, real) => {
  const blob = at(real.blobs, pick)!
  const { server, ci: as } = real
  const opened = demand(await server.send('POST', `/v2/${real.full(name)}/blobs/uploads/`, { as }), 202)
  const location = String(opened.headers.location)
  demand(await server.send('PATCH', location, { as, body: blob.bytes }), 202)
  repositoryOf(model, name)
  real.begun.push({ location, name, blob })
})

const endUpload = command('end', fc.constant(0), () => async (model, real) => {
  const upload = real.begun.shift()
  if (upload === undefined) return
  const { location, name, blob } = upload
  const { status } = await real.server.send('PUT', `${location}?digest=${blob.digest}`, { as: real.ci })
  // The repository may have gone, and too old a session with it.
  expect([201, 404]).toContain(status)
  if (status === 201) promise(model, name, blob.digest)
})

const head = command('head', fc.record({ name, pick }), ({ name, pick }) => async (model, real) => {
  const { digest } = at(real.blobs, pick)!
  const { status } = await real.server.send('HEAD', `/v2/${real.full(name)}/blobs/${digest}`, { as: real.ci })
  if (mustHave(model, name, digest, kept(real.after))) expect(status).toBe(200)
  if (status === 200) promiseAgain(model, name, digest)
})

/** It stays promised; what was taken out by hand and is there is there. */
function promiseAgain(model: Model, name: string, digest: string): void {
  repositoryOf(model, name).promised.set(digest, model.now)
}

const mount = command('mount', fc.record({ name, from: name, pick }), (given) => async (model, real) => {
  const { digest } = at(real.blobs, given.pick)!
  const path = `/v2/${real.full(given.name)}/blobs/uploads/?mount=${digest}&from=${real.full(given.from)}`
  const { status } = await real.server.send('POST', path, { as: real.ci })
  if (mustHave(model, given.from, digest, kept(real.after))) expect(status).toBe(201)
  expect([201, 202]).toContain(status)
  if (status === 201) promise(model, given.name, digest)
})

const picks = fc.uniqueArray(pick, { minLength: 1, maxLength: 3 })
const tag = fc.constantFrom('v1', 'v2', undefined)

const pushImage = command(
  'push',
  fc.record({ name, picks, tag }),
  ({ name, picks, tag }) =>
    async (model, real) => {
      const blobs = picks.map((pick) => at(real.blobs, pick)!)
      const [config, ...layers] = blobs
      await push(
        model,
        real,
        name,
        { document: image({ config: config!, layers }), blobs, children: [] },
        tag,
      )
    },
)

/** As clients do it: what is there is not sent again. Then the manifest is taken, whatever the collector does meanwhile. */
const ship = command(
  'ship',
  fc.record({ name, picks, tag }),
  ({ name, picks, tag }) =>
    async (model, real) => {
      const blobs = picks.map((pick) => at(real.blobs, pick)!)
      const there = new Set<string>()
      for (const { digest } of blobs) {
        const sent = { as: real.ci }
        const { status } = await real.server.send('HEAD', `/v2/${real.full(name)}/blobs/${digest}`, sent)
        if (mustHave(model, name, digest, kept(real.after))) expect(status).toBe(200)
        if (status === 200) there.add(digest)
      }
      for (const blob of blobs) {
        if (!there.has(blob.digest))
          demand(await pushBlob(real.server, real.full(name), blob, { as: real.ci }), 201)
        promise(model, name, blob.digest)
      }
      const [config, ...layers] = blobs
      await push(
        model,
        real,
        name,
        { document: image({ config: config!, layers }), blobs, children: [] },
        tag,
      )
    },
)

const referrer = fc.record({ name, pick, subject: fc.nat({ max: 3 }) })
const pushReferrer = command('refer', referrer, ({ name, pick, subject: which }) => async (model, real) => {
  const config = at(real.blobs, pick)!
  const subject = at([...repositoryOf(model, name).manifests.values()], which)?.document
  if (subject === undefined) return
  const extra = {
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length },
  }
  await push(
    model,
    real,
    name,
    { document: image({ config, extra }), blobs: [config], children: [] },
    undefined,
  )
})

const pushIndex = command('index', fc.record({ name, tag }), ({ name, tag }) => async (model, real) => {
  const children = [...repositoryOf(model, name).manifests.values()]
    .slice(0, 2)
    .map(({ document }) => document)
  if (children.length === 0) return
  const digests = children.map(({ digest }) => digest)
  await push(model, real, name, { document: index(children), blobs: [], children: digests }, tag)
})

/** Acknowledged, it is held; and it is, if all it needs was there less than the grace ago. */
async function push(
  model: Model,
  real: Real,
  name: string,
  held: Held,
  tag: string | undefined,
): Promise<void> {
  const repository = repositoryOf(model, name)
  const sure = held.blobs.every(({ digest }) => mustHave(model, name, digest, kept(real.after)))
  const sent = { as: real.ci, ...(tag !== undefined && { tag }) }
  const { status } = await putManifest(real.server, real.full(name), held.document, sent)
  expect(sure ? [201] : [201, 404]).toContain(status)
  if (status !== 201) return
  // It is acknowledged: what had been taken out by hand must have been there again.
  for (const { digest } of held.blobs) repository.takenOut.delete(digest)
  repository.manifests.set(held.document.digest, held)
  if (tag !== undefined) repository.tags.set(tag, held.document.digest)
}

const deleteTag = command(
  'untag',
  fc.record({ name, tag: fc.constantFrom('v1', 'v2') }),
  (given) => async (model, real) => {
    const { tags } = repositoryOf(model, given.name)
    await real.server.send('DELETE', `/v2/${real.full(given.name)}/manifests/${given.tag}`, { as: real.ci })
    tags.delete(given.tag)
  },
)

const deleteManifest = command(
  'delete',
  fc.record({ name, which: pick }),
  ({ name, which }) =>
    async (model, real) => {
      const { manifests, tags, promised } = repositoryOf(model, name)
      const held = at([...manifests.values()], which)
      if (held === undefined) return
      const { digest } = held.document
      demand(
        await real.server.send('DELETE', `/v2/${real.full(name)}/manifests/${digest}`, { as: real.ci }),
        202,
      )
      manifests.delete(digest)
      for (const [tag, target] of tags) if (target === digest) tags.delete(tag)
      // Its blobs may be pushed with for another day.
      for (const blob of held.blobs)
        if (!repositoryOf(model, name).takenOut.has(blob.digest)) promised.set(blob.digest, model.now)
    },
)

const takeOut = command('take-out', fc.record({ name, pick }), ({ name, pick }) => async (model, real) => {
  const { digest } = at(real.blobs, pick)!
  const { promised, takenOut } = repositoryOf(model, name)
  await real.server.send('DELETE', `/v2/${real.full(name)}/blobs/${digest}`, { as: real.ci })
  promised.delete(digest)
  takenOut.add(digest)
})

const deleteRepository = command('delete-repository', name, (name) => async (model, real) => {
  const found = await real.server.send('GET', `/v2/${real.full(name)}/tags/list`, { as: real.ci })
  if (found.status === 200) await real.server.deleteRepository('acme', real.full(name).slice('acme/'.length))
  model.repositories.delete(name)
})

const pass = command('pass', fc.integer({ min: 1, max: 30 }), (hours) => async (model, real) => {
  real.server.pass(hours * HOUR)
  model.now += hours * HOUR
})

const step = command('step', fc.integer({ min: 1, max: 6 }), (steps) => async (_, { collector }) => {
  for (let taken = 0; taken < steps; taken += 1) await collector.step()
})
const die = command(
  'die',
  fc.constant(0),
  () =>
    (_, { collector }) =>
      collector.die(),
)
const collect = command(
  'collect',
  fc.constant(0),
  () =>
    (_, { collector }) =>
      collector.finish(),
)
const look = command('look', fc.constant(0), () => expectAllHeld)

/** How often each comes, beside the others. */
const COMMANDS: readonly (readonly [number, fc.Arbitrary<Command>])[] = [
  [1, upload],
  [1, beginUpload],
  [1, endUpload],
  [1, head],
  [1, mount],
  [5, ship],
  [1, pushImage],
  [1, pushReferrer],
  [1, pushIndex],
  [1, deleteTag],
  [2, deleteManifest],
  [2, takeOut],
  [1, deleteRepository],
  [4, pass],
  [4, collect],
  [3, step],
  [1, die],
  [1, look],
]

export const anyCommand: readonly fc.Arbitrary<Command>[] = COMMANDS.flatMap(([times, one]) =>
  Array.from({ length: times }, () => one),
)

/** Every manifest that was acknowledged and not deleted comes back, with every blob it needs, byte for byte. */
export async function expectAllHeld(model: Model, { server, ci: as, full, blobs }: Real): Promise<void> {
  const bytesOf = new Map(blobs.map(({ digest, bytes }) => [digest, bytes]))
  for (const [name, repository] of model.repositories) {
    const pull = async (path: string, bytes: Buffer | undefined): Promise<void> => {
      const { body } = demand(await server.send('GET', `/v2/${full(name)}/${path}`, { as }), 200)
      expect(body.equals(bytes!)).toBe(true)
    }
    for (const { document } of repository.manifests.values())
      await pull(`manifests/${document.digest}`, document.bytes)
    for (const [tag, digest] of repository.tags)
      await pull(`manifests/${tag}`, repository.manifests.get(digest)?.document.bytes)
    for (const digest of neededBy(repository)) await pull(`blobs/${digest}`, bytesOf.get(digest))
  }
}
