import { contract } from '@wharden/api'
import { error, ok, type Result } from '@wharden/oci'
import type { Answerer } from '../../operations/manage/invite/accept-with-password.ts'
import type { acceptInvite, lookUpInvite } from '../../operations/manage/invite/answer-invite.ts'
import type { Registration } from '../../operations/manage/invite/register-by-invite.ts'
import type { Site } from '../../sites.ts'
import {
  filledIn,
  missingOr,
  PASSWORD_FIELDS,
  problemOf,
  renderForm,
  REPEATED,
  type Field,
  type FormProblem,
  type Values,
} from './form.ts'
import { html, type Html } from './html.ts'
import type { Page } from './page.ts'

export type ShownInvite = Awaited<ReturnType<typeof lookUpInvite>>
type Acceptance = Awaited<ReturnType<typeof acceptInvite>>

const HIDDEN_SECRET: Field = {
  name: 'secret',
  label: '',
  type: 'hidden',
  autocomplete: 'off',
  required: true,
  maxLength: 256,
}

const USER: Field = {
  name: 'user',
  label: 'Your user name',
  autocomplete: 'username',
  required: true,
  maxLength: 63,
}

const REGISTER: readonly Field[] = [
  HIDDEN_SECRET,
  { ...USER, hint: 'Lower-case letters, digits and hyphens, for example alice.' },
  { name: 'displayName', label: 'Your name', autocomplete: 'name', required: false, maxLength: 100 },
  ...PASSWORD_FIELDS,
]

const SIGN_IN: readonly Field[] = [
  HIDDEN_SECRET,
  USER,
  {
    name: 'password',
    label: 'Your password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    maxLength: 256,
  },
]

type Sent<Input> = Result<
  { readonly input: Input; readonly values: Values },
  { readonly values: Values; readonly problem: FormProblem }
>

/** Checks what was sent by the contract's own schema. */
export function parseRegistration(form: URLSearchParams): Sent<Registration> {
  const values = filledIn(form, REGISTER)
  const parsed = contract.invite.register['~orpc'].inputSchema?.safeParse(values)
  if (parsed?.success !== true)
    return error({ values, problem: missingOr(problemOf(parsed?.error.issues ?? []), values) })
  if (values['repeated'] !== values['password']) return error({ values, problem: REPEATED })
  return ok({ input: parsed.data, values })
}

export function parseAnswerer(form: URLSearchParams): Sent<Answerer> {
  const values = filledIn(form, SIGN_IN)
  const { secret = '', user, password } = values
  if (user === undefined || password === undefined) {
    const field = user === undefined ? 'user' : 'password'
    return error({ values, problem: { message: 'this is needed', field } })
  }
  return ok({ input: { secret, user, password }, values })
}

/** For whoever has an account, or for whoever makes one: an invite by name is for somebody who has. */
export function invitePage(
  invite: ShownInvite,
  as: 'new' | 'known',
  values: Values,
  problem: FormProblem | undefined,
): Page {
  const { organization } = invite
  const secret = encodeURIComponent(values['secret'] ?? '')
  const byName = invite.type === 'user'
  const form =
    as === 'known' || byName
      ? html`<h2>Sign in and accept</h2>
          ${byName ? undefined : html`<p>No account here yet? <a href="/invites?secret=${secret}">Make one</a>.</p>`}
          ${renderForm('/invites/accept', SIGN_IN, 'Accept the invite', { ...(byName && { user: invite.invitee }), ...values }, problem)}`
      : html`<h2>Make an account and accept</h2>
          <p>
            You have one? <a href="/invites?secret=${secret}&amp;account=yes">Sign in with it</a>. The new one
            gets the address <strong>${invite.invitee}</strong>.
          </p>
          ${renderForm('/invites/register', REGISTER, 'Make the account and accept', values, problem)}`
  return {
    title: `Invite to ${organization}`,
    body: html`<h1>You are invited to ${organization}</h1>
      ${describe(invite)} ${form}
      <h2>Or say no</h2>
      ${renderForm('/invites/decline', [HIDDEN_SECRET], 'Decline the invite', values, undefined)}`,
  }
}

function describe({ organization, role, group, invitee, invitedBy, expiresAt }: ShownInvite): Html {
  const place = group === null ? undefined : html`, in the group <strong>${group}</strong>`
  return html`<p>
    ${invitedBy} invites ${invitee} to be <strong>${role}</strong> of
    <strong>${organization}</strong>${place}. The invite is good until
    <time datetime="${expiresAt}">${expiresAt}</time>.
  </p>`
}

export function acceptedPage({ origin }: Site, { message, user, organization }: Acceptance): Page {
  return {
    title: `Member of ${organization}`,
    body: html`<h1>Welcome to ${organization}</h1>
      <p class="done">Hello ${user}: ${message}.</p>
      <p>Next, in a terminal:</p>
      <pre tabindex="0"><code>wharden login ${origin} --username ${user}</code></pre>`,
  }
}

export function declinedPage(): Page {
  return {
    title: 'Declined',
    body: html`<h1>You have declined</h1>
      <p class="done">The invite is closed. If you change your mind, ask for a new one.</p>`,
  }
}

export function closedInvitePage(message: string): Page {
  return {
    title: 'No invite',
    body: html`<h1>This link lets nobody in</h1>
      <p role="alert">${message}</p>`,
  }
}
