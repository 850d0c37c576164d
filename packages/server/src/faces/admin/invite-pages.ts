import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toAppError } from '../../http/to-app-error.ts'
import type { House } from '../../operations/house.ts'
import { acceptWithPassword } from '../../operations/manage/invite/accept-with-password.ts'
import { declineInvite, lookUpInvite } from '../../operations/manage/invite/answer-invite.ts'
import { registerByInvite } from '../../operations/manage/invite/register-by-invite.ts'
import { statusOf } from './form-status.ts'
import { callerOf, queryIn, readForm, secretIn } from './form-request.ts'
import type { FormProblem, Values } from './form.ts'
import {
  acceptedPage,
  closedInvitePage,
  declinedPage,
  invitePage,
  parseAnswerer,
  parseRegistration,
} from './invite-page.ts'
import { sendPage } from './page.ts'

/** What an invite's link leads to: who has an account signs in and accepts, who has none makes one, anybody declines. */
export function addInvitePages(app: FastifyInstance, house: House): void {
  type As = Parameters<typeof invitePage>[1]

  /** The form as it was sent, and what was wrong; or, if the link itself is good no more, what became of it. */
  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    as: As,
    values: Values,
    failure?: { readonly status: number; readonly problem: FormProblem },
  ): Promise<FastifyReply> {
    try {
      const invite = await lookUpInvite(house, callerOf(request), { secret: values['secret'] ?? '' })
      return sendPage(reply, failure?.status ?? 200, invitePage(invite, as, values, failure?.problem))
    } catch (cause) {
      const { code, message } = toAppError(cause, request.wharden)
      return sendPage(reply, statusOf(code), closedInvitePage(message))
    }
  }

  async function failed(
    request: FastifyRequest,
    reply: FastifyReply,
    as: As,
    values: Values,
    cause: unknown,
  ): Promise<FastifyReply> {
    const { code, message, detail } = toAppError(cause, request.wharden)
    if (detail.retryAfterSeconds !== undefined) reply.header('retry-after', String(detail.retryAfterSeconds))
    // The field of an account's name is the form's `user`.
    const field = detail.field === 'name' ? 'user' : detail.field
    return show(request, reply, as, values, { status: statusOf(code), problem: { message, field } })
  }

  app.get('/invites', (request, reply) => {
    const as = queryIn(request).get('account') === 'yes' ? 'known' : 'new'
    return show(request, reply, as, { secret: secretIn(request) })
  })

  app.post('/invites/register', async (request, reply) => {
    const form = parseRegistration(await readForm(request))
    if (form.type === 'error') {
      const { values, problem } = form.error
      return show(request, reply, 'new', values, { status: 400, problem })
    }
    try {
      const accepted = await registerByInvite(house, callerOf(request), form.value.input)
      return sendPage(reply, 200, acceptedPage(house.sites().advertised, accepted))
    } catch (cause) {
      return failed(request, reply, 'new', form.value.values, cause)
    }
  })

  app.post('/invites/accept', async (request, reply) => {
    const form = parseAnswerer(await readForm(request))
    if (form.type === 'error') {
      const { values, problem } = form.error
      return show(request, reply, 'known', values, { status: 400, problem })
    }
    try {
      const accepted = await acceptWithPassword(house, callerOf(request), form.value.input)
      return sendPage(reply, 200, acceptedPage(house.sites().advertised, accepted))
    } catch (cause) {
      return failed(request, reply, 'known', form.value.values, cause)
    }
  })

  app.post('/invites/decline', async (request, reply) => {
    const secret = (await readForm(request)).get('secret') ?? ''
    try {
      await declineInvite(house, callerOf(request), { secret })
      return sendPage(reply, 200, declinedPage())
    } catch (cause) {
      return failed(request, reply, 'new', { secret }, cause)
    }
  })
}
