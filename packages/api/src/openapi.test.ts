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
