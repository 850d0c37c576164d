import { operations } from '@wharden/api'
import { CliError } from '../cli-error.ts'

type Query = Readonly<Record<string, string | number | undefined>>

/** The body of an answer that is too long to be held: read it as it comes. A failure is told as the API's client tells it. */
export type Download = (operationId: string, query: Query) => Promise<ReadableStream<Uint8Array>>

/** The way to operations that answer with files. Without a secret it asks as nobody. */
export function createDownload(server: string, secret: string | undefined): Download {
  return async (operationId, query) => {
    const operation = operations().find(({ id }) => id === operationId)
    if (operation === undefined) throw new TypeError(`no operation ${operationId}`)
    const url = new URL(
      operation.path.replaceAll(PLACE, (_, name: string) => part(query[name])),
      server,
    )
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && !operation.path.includes(`{${name}}`))
        url.searchParams.set(name, String(value))
    }
    const headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` }
    const response = await fetch(url, { headers, redirect: 'error' })
    if (!response.ok) throw await failureOf(response)
    if (response.body === null) throw new CliError('failed', 'the server answered with nothing')
    return response.body
  }
}

const PLACE = /\{(\w+)\}/g

function part(value: string | number | undefined): string {
  return encodeURIComponent(String(value ?? ''))
}

/** In the shape that `describeError` reads. */
async function failureOf(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => undefined)
  const { code, message, data } =
    typeof body === 'object' && body !== null
      ? (body as { code?: unknown; message?: unknown; data?: unknown })
      : {}
  const error = new Error(typeof message === 'string' ? message : response.statusText)
  return Object.assign(error, { code: String(code), status: response.status, data })
}
