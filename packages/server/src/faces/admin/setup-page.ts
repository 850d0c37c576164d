import { contract } from '@wharden/api'
import { error, ok, type Result } from '@wharden/oci'
import type { Site } from '../../sites.ts'
import type { SetupInput } from '../../operations/manage/setup.ts'
import {
  filledIn,
  missingOr,
  PASSWORD_FIELDS,
  problemOf,
  renderForm,
  REPEATED,
  SECRET_FIELD,
  type Field,
  type FormProblem,
  type Values,
} from './form.ts'
import { html, type Html } from './html.ts'
import type { Page } from './page.ts'

const FIELDS: readonly Field[] = [
  SECRET_FIELD,
  {
    name: 'user',
    label: 'Your user name',
    hint: 'Lower-case letters, digits and hyphens, for example alice.',
    autocomplete: 'username',
    required: true,
    maxLength: 63,
  },
  { name: 'displayName', label: 'Your name', autocomplete: 'name', required: false, maxLength: 100 },
  ...PASSWORD_FIELDS,
  {
    name: 'organization',
    label: 'First organization',
    hint: 'The first part of image names, for example myregistry. You will own it.',
    autocomplete: 'organization',
    required: false,
    maxLength: 63,
  },
]

export type SentSetup = { readonly input: SetupInput; readonly values: Values }

/** Checks what was sent by the contract's own schema. */
export function parseSetupForm(
  form: URLSearchParams,
): Result<SentSetup, { readonly values: Values; readonly problem: FormProblem }> {
  const values = filledIn(form, FIELDS)
  const parsed = contract.setup.complete['~orpc'].inputSchema?.safeParse(values)
  if (parsed?.success !== true)
    return error({ values, problem: missingOr(problemOf(parsed?.error.issues ?? []), values) })
  if (values['repeated'] !== values['password']) return error({ values, problem: REPEATED })
  return ok({ input: parsed.data, values })
}

export function setupPage(values: Values, problem: FormProblem | undefined): Page {
  return {
    title: 'Set up',
    body: html`<h1>Set up Wharden</h1>
      <p>
        Nobody can sign in yet. Make the first administrator: the one who creates organizations and other
        users.
      </p>
      ${renderForm('/setup', FIELDS, 'Make the administrator', values, problem)}`,
  }
}

export function setupDonePage(
  { origin, authority }: Site,
  user: string,
  organization: string | undefined,
): Page {
  const example = organization ?? 'myregistry'
  return {
    title: 'Ready',
    body: html`<h1>Wharden is ready</h1>
      <p class="done">
        ${user} is its administrator${organization === undefined ? '' : html` and owns ${organization}`}. The
        link has done its work and opens nothing any more.
      </p>
      <h2>Next, in a terminal</h2>
      <p>Sign in:</p>
      ${command(`wharden login ${origin} --username ${user}`)}
      ${organization === undefined ? [html`<p>Make an organization:</p>`, command(`wharden org create ${example}`)] : undefined}
      <p>Make a token that may push to some repositories, and nowhere else:</p>
      ${command(`wharden token create --label ci --org ${example} --repository "samples/*" push --expires 90d`)}
      <p>Log in with it; it is the password:</p>
      ${command(`docker login ${authority} --username ${example}`)}
      <p>Every operation is described in <a href="/api">the reference</a>.</p>`,
  }
}

/** Wide ones scroll, by keyboard too. */
function command(text: string): Html {
  return html`<pre tabindex="0"><code>${text}</code></pre>`
}

export function setupClosedPage(state: 'complete' | 'expired'): Page {
  if (state === 'complete') {
    return {
      title: 'Set up already',
      body: html`<h1>This is set up already</h1>
        <p>
          There is an administrator, so this link opens nothing any more. Sign in with
          <code>wharden login</code>.
        </p>
        <p>
          If that was not you, ask whoever runs this server: <code>wharden audit list</code> says who it was.
        </p>`,
    }
  }
  return {
    title: 'Link expired',
    body: html`<h1>This link has expired</h1>
      <p>Set-up links work for a day. Restart the server: it prints a new one.</p>`,
  }
}
