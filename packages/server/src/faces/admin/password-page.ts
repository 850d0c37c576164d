import { contract } from '@wharden/api'
import { error, ok, type Result } from '@wharden/oci'
import type { Site } from '../../sites.ts'
import {
  filledIn,
  PASSWORD_FIELDS,
  problemOf,
  renderForm,
  REPEATED,
  SECRET_FIELD,
  type FormProblem,
  type Values,
} from './form.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'

const FIELDS = [SECRET_FIELD, ...PASSWORD_FIELDS]

export type SentPassword = {
  readonly input: { readonly secret: string; readonly password: string }
  readonly values: Values
}

/** Checks what was sent by the contract's own schema. */
export function parsePasswordForm(
  form: URLSearchParams,
): Result<SentPassword, { readonly values: Values; readonly problem: FormProblem }> {
  const values = filledIn(form, FIELDS)
  const parsed = contract.user.setPassword['~orpc'].inputSchema?.safeParse(values)
  if (parsed?.success !== true) return error({ values, problem: problemOf(parsed?.error.issues ?? []) })
  if (values['repeated'] !== values['password']) return error({ values, problem: REPEATED })
  return ok({ input: parsed.data, values })
}

export function passwordPage(values: Values, problem: FormProblem | undefined): Page {
  return {
    title: 'Set a password',
    body: html`<h1>Set your password</h1>
      <p>For signing in to Wharden. It takes the place of an earlier one, and ends all your sessions.</p>
      ${renderForm('/password', FIELDS, 'Set the password', values, problem)}`,
  }
}

export function passwordDonePage({ origin }: Site): Page {
  return {
    title: 'Password set',
    body: html`<h1>Your password is set</h1>
      <p class="done">Sign in with it:</p>
      <pre tabindex="0"><code>wharden login ${origin}</code></pre>`,
  }
}
