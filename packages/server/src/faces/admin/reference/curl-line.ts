import type { OpenAPI } from '@orpc/openapi'
import type { Described } from './described.ts'
import { exampleValue } from './example-value.ts'

/** The request as a line for a shell, with everything that must be said and nothing else. */
export function curlLine({ method, path, operation }: Described, document: OpenAPI.Document): string {
  const parameters = (operation.parameters ?? []).filter((parameter) => 'name' in parameter)
  const valueOf = (name: string): string => {
    const value = exampleValue(parameters.find((parameter) => parameter.name === name)?.schema, document)
    if (typeof value === 'string' && value !== '…') return value
    return name === 'organization' ? 'myregistry' : name.toUpperCase()
  }
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name))
  // Where it may be absent, another log or list is meant: people rather want an organization's.
  const query = parameters
    .filter(
      ({ name, in: where, required }) => where === 'query' && (required === true || name === 'organization'),
    )
    .map(({ name }) => `${name}=${valueOf(name)}`)
  const words = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$WHARDEN_SERVER${place}${query.length === 0 ? '' : `?${query.join('&')}`}"`,
    ...(operation.security?.length === 0 ? [] : ['-H "Authorization: Bearer $WHARDEN_TOKEN"']),
    ...bodyOf(operation, document),
  ]
  return words.join(' \\\n  ')
}

function bodyOf({ requestBody }: OpenAPI.OperationObject, document: OpenAPI.Document): readonly string[] {
  const content = requestBody !== undefined && 'content' in requestBody ? requestBody.content : undefined
  const schema = content?.['application/json']?.schema
  if (schema === undefined) return []
  const text = JSON.stringify(exampleValue(schema, document)).replaceAll("'", String.raw`'\''`)
  return ["-H 'Content-Type: application/json'", `-d '${text}'`]
}
