import { invalidFromIssues, type SchemaIssue } from '@wharden/api'
import { html, type Html, type Part } from './html.ts'

/** What is wrong with a form that was sent, and with which field if with one. */
export type FormProblem = { readonly message: string; readonly field?: string | undefined }

export type Values = { readonly [field: string]: string | undefined }

export type Field = {
  readonly name: string
  readonly label: string
  readonly hint?: string
  /** A hidden one has no label and is always there. */
  readonly type?: 'text' | 'password' | 'hidden'
  readonly autocomplete: string
  readonly required: boolean
  readonly maxLength: number
  readonly minLength?: number
}

/** A form with its fields as they were filled in, passwords excepted, and what was wrong said first and at its field. */
export function renderForm(
  action: string,
  fields: readonly Field[],
  button: string,
  values: Values,
  problem: FormProblem | undefined,
): Html {
  const at = fields.find(({ name }) => name === problem?.field)
  return html`${problem === undefined ? undefined : html`<p class="problem" role="alert"><strong>That did not work.</strong> ${sentence(problem.message)}</p>`}
    <form method="post" action="${action}">
      ${fields.map((field) => renderField(field, values[field.name] ?? '', field === at ? problem : undefined, field === (at ?? firstEmpty(fields, values))))}
      <button type="submit">${button}</button>
    </form>`
}

function firstEmpty(fields: readonly Field[], values: Values): Field | undefined {
  return fields.find(({ name }) => (values[name] ?? '') === '')
}

function renderField(field: Field, value: string, problem: FormProblem | undefined, focused: boolean): Html {
  const { name, label, hint, type = 'text', autocomplete, required, maxLength, minLength } = field
  if (type === 'hidden') return html`<input name="${name}" type="hidden" value="${value}" />`
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(problem === undefined ? [] : [`${name}-error`]),
  ]
  const flag = (on: boolean, text: string): Part => (on ? { html: ` ${text}` } : undefined)
  return html`<label for="${name}">${label}${required ? '' : ' (if you like)'}</label>
    ${hint === undefined ? undefined : html`<span class="hint" id="${name}-hint">${hint}</span>`}${problem === undefined ? undefined : html`<span class="error" id="${name}-error">${sentence(problem.message)}</span>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${type === 'password' ? '' : value}"
      autocomplete="${autocomplete}"
      maxlength="${maxLength}"
      ${minLength === undefined ? undefined : html` minlength="${minLength}"`}
      autocapitalize="none"
      spellcheck="false"
      ${described.length === 0 ? undefined : html` aria-describedby="${described.join(' ')}"`}
      ${flag(required, 'required')}${flag(problem !== undefined, 'aria-invalid="true"')}${flag(focused, 'autofocus')}
    />`
}

/** Messages are lower-case for terminals; on a page they are sentences. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}

/** The first thing a schema found wrong. */
export function problemOf(issues: readonly SchemaIssue[]): FormProblem {
  const [first] = issues
  return { message: first?.message ?? 'not valid', field: invalidFromIssues(issues).data.field }
}

/** A schema says of an empty field that it expected text. */
export function missingOr(problem: FormProblem, values: Values): FormProblem {
  const empty = problem.field !== undefined && values[problem.field] === undefined
  return empty ? { ...problem, message: 'this is needed' } : problem
}

/** A form's text fields, without what nobody filled in. */
export function filledIn(form: URLSearchParams, fields: readonly Field[]): Values {
  return Object.fromEntries(
    fields.flatMap(({ name, type }) => {
      const value = form.get(name) ?? ''
      const kept = type === 'password' ? value : value.trim()
      return kept === '' ? [] : [[name, kept]]
    }),
  )
}

export const PASSWORD_FIELDS: readonly Field[] = [
  {
    name: 'password',
    label: 'Password',
    hint: 'At least 8 characters; a few words in a row are good.',
    type: 'password',
    autocomplete: 'new-password',
    required: true,
    maxLength: 256,
    minLength: 8,
  },
  {
    name: 'repeated',
    label: 'The same password again',
    type: 'password',
    autocomplete: 'new-password',
    required: true,
    maxLength: 256,
  },
]

export const SECRET_FIELD: Field = {
  name: 'secret',
  label: 'One-time secret',
  hint: 'It is in the link; fill it in here if it was lost on the way.',
  autocomplete: 'off',
  required: true,
  maxLength: 256,
}

export const REPEATED: FormProblem = {
  message: 'the two passwords differ; type them again',
  field: 'repeated',
}
