/**
 * The reference of the API as one page, made from its description: what is there, what it takes and gives, and how it is asked
 * for from a terminal. It loads nothing, and without its script it only can't be searched.
 */
import type { OpenAPI } from '@orpc/openapi'
import { html, type Html } from '../html.ts'
import type { Page } from '../page.ts'
import type { Described } from './described.ts'
import { renderOperation } from './render-operation.ts'
import { marked } from './marked.ts'
import { renderFields } from './render-schema.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

export function renderReference(document: OpenAPI.Document): Page {
  const { info, tags = [], paths = {}, components = {} } = document
  const operations = operationsIn(paths)
  const sections = tags.map((tag) => ({
    tag,
    operations: operations.filter(({ operation }) => operation.tags?.includes(tag.name) === true),
  }))
  return {
    title: info.title,
    style: STYLE,
    script: SCRIPT,
    body: html`<a class="skip" href="#operations">to the operations</a>
      ${contents(sections)}
      <div id="operations">
        <h1>${info.title}</h1>
        <p>${marked(info.description)}</p>
        ${usage()} ${sections.map(renderSection)} ${errors(components.responses ?? {})}
        <section aria-labelledby="schemas">
          <h2 id="schemas">schemas</h2>
          ${Object.entries(components.schemas ?? {}).map(
            ([name, schema]) =>
              html`<article id="schema-${name}" data-words="${name.toLowerCase()} schema">
                <h3><a href="#schema-${name}">${name}</a></h3>
                ${renderFields(schema)}
              </article>`,
          )}
        </section>
      </div>`,
  }

  function renderSection({ tag, operations: own }: Section): Html {
    return html`<section aria-labelledby="${tag.name}">
      <h2 id="${tag.name}">${tag.name}</h2>
      <p>${marked(tag.description)}</p>
      ${own.map((operation) => renderOperation(operation, document))}
    </section>`
  }
}

type Section = { readonly tag: OpenAPI.TagObject; readonly operations: readonly Described[] }

function operationsIn(paths: OpenAPI.PathsObject): readonly Described[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
    }),
  )
}

function contents(sections: readonly Section[]): Html {
  return html`<nav aria-label="Operations">
    <div id="search" role="search" hidden>
      <label for="filter">search</label>
      <input id="filter" type="search" autocomplete="off" spellcheck="false" aria-describedby="found" />
      <p id="found" class="hint" role="status"><kbd>/</kbd> to begin, <kbd>Esc</kbd> to end</p>
    </div>
    ${sections.map(
      ({ tag, operations }) =>
        html`<details>
          <summary>${tag.name}</summary>
          <ul>
            ${operations.map(
              ({ operation }) =>
                html`<li><a href="#${operation.operationId}">${operation.operationId}</a></li>`,
            )}
          </ul>
        </details>`,
    )}
    <p>
      <a href="#errors">errors</a> · <a href="#schemas">schemas</a> · <a href="/api/openapi.json">OpenAPI</a>
    </p>
  </nav>`
}

function usage(): Html {
  return html`<section aria-labelledby="begin">
    <h2 id="begin">how to ask</h2>
    <p>
      The examples are lines for a shell that knows the server and a token: of a person, of an organization,
      or the secret of a session. Answers are JSON; times are ISO 8601 in UTC.
    </p>
    <pre tabindex="0"><code>export WHARDEN_SERVER=https://localhost:5443
export WHARDEN_TOKEN=whd_pat_…</code></pre>
    <p>
      A list gives <code>next</code>: ask again with <code>after</code>, until it is <code>null</code>. The
      <code>wharden</code> command does that by itself, and takes <code>--output</code> and
      <code>--query</code>
      everywhere.
    </p>
  </section>`
}

function errors(responses: NonNullable<OpenAPI.ComponentsObject['responses']>): Html {
  return html`<section aria-labelledby="errors">
    <h2 id="errors">errors</h2>
    <p>
      An error has a <code>code</code> for programs and a <code>message</code> for people: what happened, why,
      and what to do next.
    </p>
    <table>
      <thead>
        <tr>
          <th scope="col">status</th>
          <th scope="col">codes</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(responses).map(
          ([status, response]) =>
            html`<tr>
              <th scope="row">${status}</th>
              <td>${'description' in response ? marked(response.description) : undefined}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}
