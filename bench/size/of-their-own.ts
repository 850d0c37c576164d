import type { Administration, Credentials } from './administration.ts'
import { measureStep, type Step } from './step.ts'
import type { Subject } from './subject.ts'

export type Size = { readonly count: number; readonly repositories: number }

const AT_ONCE = 8

/** Scope maps of so many repositories that no other map names, a token on each, then lists of all, and requests of everybody. */
export async function* ofTheirOwn(
  subject: Subject,
  { call, logIn }: Administration,
  { count, repositories }: Size,
): AsyncGenerator<Step> {
  const step = (
    title: string,
    operations: number,
    act: (index: number) => Promise<unknown>,
    atOnce = AT_ONCE,
  ) => measureStep(subject, title, operations, atOnce, act)
  yield await step(`create a scope map of ${repositories} repositories`, count, (index) =>
    call('POST', '/organizations/acme/scope-maps', {
      name: `scope-map-${index}`,
      repositories: Array.from({ length: repositories }, (_, number) => ({
        repository: `team${index}/app${number}`,
        permissions: ['content/read', 'content/write', 'metadata/read'],
      })),
    }),
  )
  const tokens: Credentials[] = []
  yield await step('create a token on one of them', count, async (index) => {
    tokens[index] = await createToken(call, `device${index}`, `scope-map-${index}`)
  })
  yield await listed(step, call, 'list scope maps, a page of 100', '/organizations/acme/scope-maps', count)
  yield await listed(step, call, 'list tokens, a page of 100', '/tokens?organization=acme', count)
  const ask = async (index: number) => {
    const credentials = tokens[index]
    if (credentials !== undefined) await logIn(credentials, `repository:acme/team${index}/app7:pull,push`)
  }
  yield await step('token request of each, for the first time', count, ask)
  yield await step('token request of each, for the second time', count, ask)
}

export async function createToken(
  call: Administration['call'],
  name: string,
  scopeMap: string,
): Promise<Credentials> {
  const issued = (await call('POST', '/tokens', {
    kind: 'registry-token',
    organization: 'acme',
    name,
    rights: { type: 'scope-map', scopeMap },
  })) as { readonly secrets: readonly [{ readonly value: string }] } // as the API's contract has it
  return { username: name, password: issued.secrets[0].value }
}

const PAGE = 100

/** One page after the other, each an operation. */
function listed(
  step: (
    title: string,
    operations: number,
    act: (index: number) => Promise<unknown>,
    atOnce: number,
  ) => Promise<Step>,
  call: Administration['call'],
  title: string,
  path: string,
  count: number,
): Promise<Step> {
  let after: string | null = ''
  return step(
    title,
    Math.ceil(count / PAGE),
    async () => {
      const from = after === '' ? '' : `&after=${encodeURIComponent(after ?? '')}`
      const page = (await call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${from}`)) as {
        readonly next: string | null
      } // as the API's contract has it
      after = page.next
    },
    1,
  )
}
