import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { expect, test } from 'vitest'
import { contract } from './api-contract.ts'
import { openApiOptions } from './openapi-options.ts'

const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })

test('the published description of the API is the contract: its review happens in the diff of that file', async () => {
  const document = await generator.generate(contract, openApiOptions())
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../../docs/api/openapi.json')
})

test('it is sound: every reference leads somewhere, every place in a path is declared, no two operations share a name', async () => {
  const document = await generator.generate(contract, openApiOptions())
  const text = JSON.stringify(document)
  const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path))
  const found = (path: string) =>
    path.split('/').reduce<unknown>((value, key) => Reflect.get(Object(value), key), document)
  expect([...references].filter((path) => found(path) === undefined)).toEqual([])
  const all = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.values(item ?? {}).map((operation) => ({ path, operation: Object(operation) })),
  )
  for (const { path, operation } of all) {
    const declared = (operation.parameters ?? [])
      .filter((parameter: { in: string }) => parameter.in === 'path')
      .map(({ name, required }: { name: string; required: boolean }) => `${name} ${required}`)
    const placed = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name} true`)
    expect([operation.operationId, declared.sort()]).toEqual([operation.operationId, placed.sort()])
  }
  const ids = all.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const tags = new Set(document.tags?.map(({ name }) => name))
  expect(all.flatMap(({ operation }) => operation.tags).filter((tag: string) => !tags.has(tag))).toEqual([])
})
