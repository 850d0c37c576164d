import type { Administration, Credentials } from './administration.ts'
import { createToken, type Size } from './of-their-own.ts'
import { measureStep, type Step } from './step.ts'
import type { Subject } from './subject.ts'

const MAP = '/organizations/acme/scope-maps/shared-map'
const SCOPE = 'repository:acme/shared/app7:pull,push'
const CHANGES = 20
const PROBED = { repository: 'shared/app7', permissions: ['content/write'] }

/** As many tokens on one scope map: what it costs to use them, to change the map under all of them, and to delete it. */
export async function* onASharedMap(
  subject: Subject,
  { call, logIn }: Administration,
  { count, repositories }: Size,
): AsyncGenerator<Step> {
  const step = (title: string, operations: number, act: (index: number) => Promise<unknown>, atOnce = 8) =>
    measureStep(subject, title, operations, atOnce, act)
  const lines = Array.from({ length: repositories }, (_, number) => ({
    repository: `shared/app${number}`,
    permissions: ['content/read', 'content/write', 'metadata/read'],
  }))
  await call('POST', '/organizations/acme/scope-maps', { name: 'shared-map', repositories: lines })
  const tokens: Credentials[] = []
  const one = () => tokens[0] ?? { username: '', password: '' }
  yield await step('create a token on a map that all of them share', count, async (index) => {
    tokens[index] = await createToken(call, `shared${index}`, 'shared-map')
  })
  const everybody = (title: string) =>
    step(title, count, async (index) => logIn(tokens[index] ?? one(), SCOPE))
  yield await everybody('token request of each, for the first time')
  yield await everybody('token request of each, for the second time')
  const change = (index: number) =>
    call('PATCH', MAP, index % 2 === 0 ? { remove: [PROBED] } : { add: [PROBED] })
  yield await step('change the map, nobody asking in between', CHANGES, change, 1)
  yield await everybody('token request of each, for the first time after it')
  yield await everybody('token request of each, for the second time after it')
  const { replica } = subject
  if (replica !== undefined) {
    yield await step(
      'change the map until another server goes by it',
      CHANGES,
      async (index) => {
        await change(index)
        const felt = async () => (await logIn(one(), SCOPE, replica)).includes(',push') === (index % 2 === 1)
        while (!(await felt()));
      },
      1,
    )
  }
  yield await step('delete the map', 1, () => call('DELETE', MAP), 1)
  yield await everybody('token request of each, for the first time without a map')
}
