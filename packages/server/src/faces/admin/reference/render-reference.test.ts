import { contract, COMMAND_LINES, openApiOptions, operations } from '@wharden/api'
import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { beforeAll, expect, test } from 'vitest'
import { renderPage } from '../page.ts'
import { curlLine } from './curl-line.ts'
import { renderReference } from './render-reference.ts'

let page: string

beforeAll(async () => {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  page = renderPage(renderReference(await generator.generate(contract, openApiOptions())))
})

const article = (id: string) => new RegExp(`<article id="${id}"[^]*?</article>`).exec(page)?.[0] ?? ''
const plain = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")

test('every operation has a place of its own, a line for curl and one for our command', () => {
  for (const { id, method } of operations()) {
    const text = plain(article(id))
    expect([id, text.includes('curl ')]).toEqual([id, true])
    if (method !== 'GET') expect([id, text.includes(`curl -X ${method} `)]).toEqual([id, true])
    expect([id, text.includes(COMMAND_LINES[id] ?? '')]).toEqual([id, true])
    expect(page).toContain(`<a href="#${id}">${id}</a>`)
  }
})

test('every link leads to something on the page, and nothing comes from elsewhere', () => {
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  const links = [...page.matchAll(/ href="([^"]+)"/g)].map(([, href = '']) => href)
  expect(links.filter((href) => !ids.has(href.replace(/^#/, '')) && href !== '/api/openapi.json')).toEqual([])
  expect(page).not.toMatch(/ src=|https?:\/\/(?!localhost)/)
  expect(ids.size).toBe([...page.matchAll(/ id="/g)].length)
})

test('what is described is said in words', () => {
  expect(plain(page)).not.toMatch(/undefined|\[object|#\/components/)
  const text = plain(article('schema-NewToken'))
  expect(text).toMatch(/either where\s+kind is\s+pat/)
  expect(text).toMatch(/repositories\[\]\.repository\s*required/)
  expect(text).toMatch(/time or null; null if not said/)
})

const NONE: OpenAPI.Document = { openapi: '3.1.1', info: { title: '', version: '' }, paths: {} }

test('a line for curl says what must be said, in quotes that a shell understands', () => {
  const operation: OpenAPI.OperationObject = {
    parameters: [
      { name: 'organization', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'thing', in: 'path', required: true, schema: { enum: ['a/b'] } },
      { name: 'limit', in: 'query', schema: { type: 'integer' } },
    ],
    requestBody: {
      content: {
        'application/json': {
          schema: { type: 'object', required: ['text'], properties: { text: { enum: ["it's"] }, more: {} } },
        },
      },
    },
  }
  expect(curlLine({ method: 'PUT', path: '/o/{organization}/{thing}', operation }, NONE)).toBe(
    [
      'curl -X PUT "$WHARDEN_SERVER/o/myregistry/a/b"',
      '-H "Authorization: Bearer $WHARDEN_TOKEN"',
      "-H 'Content-Type: application/json'",
      `-d '{"text":"it'\\''s"}'`,
    ].join(' \\\n  '),
  )
})
