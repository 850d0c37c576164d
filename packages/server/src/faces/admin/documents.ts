import { contract, openApiOptions } from '@wharden/api'
import type { OpenAPI } from '@orpc/openapi'
import type { Page } from './page.ts'
import { renderReference } from './reference/render-reference.ts'

let generated: Promise<OpenAPI.Document> | undefined

/** Made when it is first asked for: the generator and its schemas are a second's work that few servers ever need. */
async function document(): Promise<OpenAPI.Document> {
  generated ??= generate()
  return generated
}

async function generate(): Promise<OpenAPI.Document> {
  const [{ OpenAPIGenerator }, { ZodToJsonSchemaConverter }] = await Promise.all([
    import('@orpc/openapi'),
    import('@orpc/zod/zod4'),
  ])
  return new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(
    contract,
    openApiOptions(),
  )
}

/** The description of the API, as JSON. */
export async function apiDocument(): Promise<string> {
  return JSON.stringify(await document())
}

/** The same for people. */
export async function referencePage(): Promise<Page> {
  return renderReference(await document())
}
