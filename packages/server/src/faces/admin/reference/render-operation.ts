import type { OpenAPI } from '@orpc/openapi'
import { html, type Html, type Part } from '../html.ts'
import type { Described } from './described.ts'
import { curlLine } from './curl-line.ts'
import { marked } from './marked.ts'
import { describeType, renderFields, schemaNamed } from './render-schema.ts'

/** One operation: what it does, who may, what it takes and gives, and how to ask for it. */
export function renderOperation(described: Described, document: OpenAPI.Document): Html {
  const { method, path, operation } = described
  const { operationId = '', summary = '', description = '', parameters = [], requestBody } = operation
  const words = [operationId, operationId.replaceAll('_', ' '), method, path, summary, description]
  return html`<article id="${operationId}" data-words="${words.join(' ').toLowerCase()}">
    <h3><a href="#${operationId}">${summary}</a></h3>
    <p class="route"><b class="${method.toLowerCase()}">${method}</b> <code>${breakable(path)}</code></p>
    ${description.split('\n\n').map((paragraph) => html`<p>${marked(paragraph)}</p>`)}
    ${renderParameters(parameters, document)}
    ${
      requestBody === undefined || !('content' in requestBody)
        ? undefined
        : html`<h4>body</h4>
            ${renderContent(requestBody.content)}`
    }
    ${renderAnswers(operation)}
    <h4>examples</h4>
    <pre tabindex="0"><code>${curlLine(described, document)}</code></pre>
    ${commandLine(operation)}
  </article>`
}

/** Long paths may break after a slash. */
function breakable(path: string): Part {
  return path.split(/(?<=\/)/).map((piece) => html`${piece}<wbr />`)
}

function renderParameters(
  parameters: NonNullable<OpenAPI.OperationObject['parameters']>,
  document: OpenAPI.Document,
): Part {
  const own = parameters.filter((parameter) => 'name' in parameter)
  if (own.length === 0) return undefined
  return html`<h4>parameters</h4>
    <table>
      <tbody>
        ${own.map(
          ({ name, in: place, required, schema, description }) =>
            html`<tr>
              <th scope="row">
                <code>${name}</code>${required === true ? html` <small>required</small>` : undefined}
              </th>
              <td>
                <span class="type">in the ${place}, ${describeType(schema ?? {})}</span>
                ${marked(description ?? descriptionOf(schema, document))}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`
}

function descriptionOf(schema: unknown, document: OpenAPI.Document): string | undefined {
  return schemaNamed(schema, document).description
}

function renderAnswers({ responses = {} }: OpenAPI.OperationObject): Part {
  return Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([status, response]) =>
      'content' in response && response.content !== undefined
        ? html`<details>
            <summary>answers ${status}</summary>
            ${renderContent(response.content)}
          </details>`
        : html`<p class="hint">
            answers ${status}: ${'description' in response ? response.description : ''}
          </p>`,
    )
}

function renderContent(content: { readonly [type: string]: OpenAPI.MediaTypeObject }): Part {
  return Object.entries(content).map(([type, { schema }]) => [
    type === 'application/json' ? undefined : html`<p><code>${type}</code></p>`,
    renderFields(schema),
  ])
}

function commandLine(operation: OpenAPI.OperationObject): Part {
  const samples: unknown = Reflect.get(operation, 'x-codeSamples')
  const [first]: readonly unknown[] = Array.isArray(samples) ? samples : []
  const source: unknown =
    typeof first === 'object' && first !== null ? Reflect.get(first, 'source') : undefined
  return typeof source === 'string' ? html`<pre tabindex="0"><code>${source}</code></pre>` : undefined
}
