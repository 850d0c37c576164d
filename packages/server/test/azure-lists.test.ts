/** Azure’s lists of tags, manifests and repositories, by name and by time, page by page. */
import { parseNextLink } from '@wharden/oci'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from './client.ts'
import { azureBed, site } from './azure-bed.ts'
import { describeServer } from './describe-server.ts'
import { demand, pushImage } from './images.ts'

describeServer('Azure’s lists', (server) => {
  const { acr, ci, make } = azureBed(server)

  describe('lists', () => {
    const TAGS = ['a', 'b', 'c', 'd', 'e']
    let name: string
    beforeAll(async () => {
      ;({ name } = await make())
      for (const tag of ['v1', 'latest']) demand(await acr('DELETE', `${name}/_tags/${tag}`), 202)
      // Neither in the order of their names nor against it.
      for (const tag of ['c', 'a', 'e', 'b', 'd']) {
        await pushImage(server(), name, { as: ci(), site, tag })
        server().pass(1_000)
      }
    })

    async function follow(path: string, pick: (page: Answer) => readonly string[]) {
      const pages: (readonly string[])[] = []
      for (let next: string | undefined = `/acr/v1/${path}`; next !== undefined;) {
        const page: Answer = demand(await server().send('GET', next, { site, as: ci() }), 200)
        pages.push(pick(page))
        next = parseNextLink(String(page.headers.link ?? ''))
      }
      return pages
    }
    const tagsOf = ({ json }: Answer): readonly string[] => json.tags.map((tag: { name: string }) => tag.name)
    const tagsOfManifests = ({ json }: Answer): readonly string[] =>
      json.manifests.flatMap((manifest: { tags: readonly string[] }) => manifest.tags)

    it.each([1, 2, 4, 5, 100])('tags %i at a time, by name and by time', async (n) => {
      const orders = [
        ['', TAGS],
        ['&orderby=', TAGS],
        ['&orderby=none', TAGS],
        ['&orderby=timeasc', ['c', 'a', 'e', 'b', 'd']],
        ['&orderby=timedesc', ['d', 'b', 'e', 'a', 'c']],
      ] as const
      for (const [order, expected] of orders) {
        const pages = await follow(`${name}/_tags?n=${n}${order}&api-version=2021-07-01`, tagsOf)
        expect(pages.flat()).toEqual(expected)
        expect(pages.slice(0, -1).every((page) => page.length === n)).toBe(true)
      }
    })

    it('manifests by time, page by page, those without a tag among them', async () => {
      const newest = await follow(`${name}/_manifests?n=2&orderby=timedesc`, tagsOfManifests)
      expect(newest).toEqual([['d', 'b'], ['e', 'a'], ['c']])
      expect((await follow(`${name}/_manifests?n=1&orderby=timeasc`, tagsOfManifests)).flat()).toEqual([
        'c',
        'a',
        'e',
        'b',
        'd',
      ])
      expect(await follow(`${name}/_manifests?n=4`, tagsOfManifests)).toHaveLength(2)
    })

    it('a link is as Azure’s, and goes on where what it names is gone', async () => {
      const answer = await acr('GET', `${name}/_tags?n=2`)
      expect(answer.headers.link).toBe(`</acr/v1/${name}/_tags?last=b&n=2&orderby=>; rel="next"`)
      const { manifest } = await pushImage(server(), name, { as: ci(), site, tag: 'z' })
      const page = await acr('GET', `${name}/_tags?n=1&orderby=timedesc`)
      expect(tagsOf(page)).toEqual(['z'])
      demand(await acr('DELETE', `${name}/_tags/z`), 202)
      const next = demand(
        await server().send('GET', parseNextLink(String(page.headers.link)) ?? '', { site, as: ci() }),
        200,
      )
      expect(tagsOf(next)).toEqual(['d'])
      demand(await acr('DELETE', `${name}/_manifests/${manifest.digest}`), 202)
    })

    it.each([
      ['_tags?n=x', 404, 'PAGINATION_NUMBER_INVALID'],
      ['_tags?n=-1', 404, 'PAGINATION_NUMBER_INVALID'],
      ['_tags?orderby=size', 404, 'PAGINATION_NUMBER_INVALID'],
      ['_tags?orderby=toString', 404, 'PAGINATION_NUMBER_INVALID'],
      ['_tags?orderby=timeasc&last=never', 404, 'PAGINATION_NUMBER_INVALID'],
      ['_tags?digest=x', 404, 'DIGEST_INVALID'],
      ['_manifests?orderby=timeasc&last=never', 404, 'PAGINATION_NUMBER_INVALID'],
      ['_tags?orderby=timeasc&last=a', 200, undefined],
      ['_tags?n=0', 200, undefined],
    ])('%s is %i', async (path, status, code) => {
      const answer = await acr('GET', `${name}/${path}`)
      expect([answer.status, answer.json.errors?.[0].code]).toEqual([status, code])
    })

    it('the catalog: what the token may read, by page, at the organization and at the root', async () => {
      await server().repository('acme', 'hidden/one')
      const narrow = await server().registryToken('acme', 'narrow', { 'samples/*': ['metadata/read'] })
      const all = (await acr('GET', '_catalog')).json.repositories
      expect(all).toContain('hidden/one')
      const some = await acr('GET', '_catalog', { as: narrow })
      expect(some.json.repositories).toEqual(all.filter((one: string) => one.startsWith('samples/')))
      const first = await acr('GET', '_catalog?n=1')
      expect(first.headers.link).toBe(`</acr/v1/_catalog?last=hidden%2Fone&n=1&orderby=>; rel="next"`)
      const everywhere = await follow('_catalog?n=2', ({ json }) => json.repositories)
      expect(everywhere.flat()).toEqual(all)
      const root = await acr('GET', '_catalog', { as: narrow, site: 'localhost' })
      expect(root.json.repositories).toEqual(some.json.repositories.map((one: string) => `acme/${one}`))
      const nobody = await server().send('GET', '/acr/v1/_catalog', { site })
      expect(nobody).toMatchObject({
        status: 401,
        json: { errors: [{ detail: [{ Type: 'registry', Name: 'catalog', Action: '*' }] }] },
      })
      expect(nobody.headers['www-authenticate']).toContain('scope="registry:catalog:*"')
    })
  })
})
