import type { OpenAPI } from '@orpc/openapi'
import { html, type Html, type Part } from './html.ts'
import type { Page } from './page.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

type Operation = {
  readonly method: string
  readonly path: string
  readonly operation: OpenAPI.OperationObject
}

/** The reference of the API as one page, made from its description. */
export function renderReference({ info, tags = [], paths = {}, components = {} }: OpenAPI.Document): Page {
  const operations = operationsIn(paths)
  const schemas = Object.entries(components.schemas ?? {})
  const errors = Object.entries(components.responses ?? {})
  return {
    title: info.title,
    body: html`<h1>${info.title}</h1>
      <p>${info.description}</p>
      <p>
        For programs: <a href="/api/openapi.json">the OpenAPI description</a>. For people at a terminal:
        <code>wharden help</code>.
      </p>
      <nav aria-label="Contents">
        <ul>
          ${tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}
          <li><a href="#errors">errors</a></li>
          <li><a href="#schemas">schemas</a></li>
        </ul>
      </nav>
      ${tags.map((tag) => renderTag(tag, operations))}
      <h2 id="errors">errors</h2>
      <table>
        <tbody>
          ${errors.map(
            ([status, response]) =>
              html`<tr>
                <th scope="row">${status}</th>
                <td>${descriptionOf(response)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <h2 id="schemas">schemas</h2>
      ${schemas.map(
        ([name, schema]) =>
          html`<details id="schema-${name}">
            <summary><code>${name}</code></summary>
            ${renderSchema(schema)}
          </details>`,
      )}`,
  }
}

function operationsIn(paths: OpenAPI.PathsObject): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
    }),
  )
}

function renderTag({ name, description }: OpenAPI.TagObject, operations: readonly Operation[]): Html {
  const own = operations.filter(({ operation }) => operation.tags?.includes(name) === true)
  return html`<section aria-labelledby="${name}">
    <h2 id="${name}">${name}</h2>
    <p>${description}</p>
    ${own.map(renderOperation)}
  </section>`
}

function renderOperation({ method, path, operation }: Operation): Html {
  const {
    operationId = '',
    summary,
    description = '',
    parameters = [],
    requestBody,
    responses = {},
  } = operation
  return html`<article aria-labelledby="${operationId}">
    <h3 id="${operationId}">${summary}</h3>
    <p>
      <code><span class="method">${method}</span> ${path}</code>
    </p>
    ${description.split('\n\n').map((paragraph) => html`<p>${paragraph}</p>`)} ${renderParameters(parameters)}
    ${renderBody(requestBody)}
    ${Object.entries(responses)
      .filter(([status]) => Number(status) < 400)
      .map(renderResponse)}
  </article>`
}

function renderParameters(parameters: NonNullable<OpenAPI.OperationObject['parameters']>): Part {
  if (parameters.length === 0) return undefined
  const rows = parameters.flatMap((parameter) =>
    'name' in parameter
      ? [
          html`<tr>
            <th scope="row"><code>${parameter.name}</code></th>
            <td>${parameter.in}${parameter.required === true ? ', required' : ''}</td>
            <td>${describe(parameter)}</td>
          </tr>`,
        ]
      : [],
  )
  return html`<table>
    <caption class="hint">
      parameters
    </caption>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

function describe({ description, schema }: OpenAPI.ParameterObject): string | undefined {
  return (
    description ?? (typeof schema === 'object' && 'description' in schema ? schema.description : undefined)
  )
}

function renderBody(body: OpenAPI.OperationObject['requestBody']): Part {
  if (body === undefined || !('content' in body)) return undefined
  return html`<details>
    <summary>body</summary>
    ${renderContent(body.content)}
  </details>`
}

function renderResponse([status, response]: readonly [
  string,
  OpenAPI.ResponseObject | OpenAPI.ReferenceObject,
]): Html {
  const content = 'content' in response ? response.content : undefined
  if (content === undefined) return html`<p>answers ${status}: ${descriptionOf(response)}</p>`
  return html`<details>
    <summary>answers ${status}</summary>
    ${renderContent(content)}
  </details>`
}

function renderContent(content: { readonly [type: string]: OpenAPI.MediaTypeObject }): Part {
  return Object.values(content).map(({ schema }) => renderSchema(schema))
}

/** As it stands in the description; names of shared schemas lead to them. */
function renderSchema(schema: unknown): Html {
  const text = JSON.stringify(schema, undefined, 2) ?? ''
  const parts = text.split(/("#\/components\/schemas\/[^"]+")/).map((part): Part => {
    const name = /^"#\/components\/schemas\/(.+)"$/.exec(part)?.[1]
    return name === undefined ? part : html`<a href="#schema-${name}">${part}</a>`
  })
  return html`<pre tabindex="0"><code>${parts}</code></pre>`
}

function descriptionOf(response: OpenAPI.ResponseObject | OpenAPI.ReferenceObject): string {
  return 'description' in response ? (response.description ?? '') : ''
}
