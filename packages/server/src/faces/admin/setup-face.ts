/**
 * The pages that one-time links lead to: the first administrator's, a forgotten password's, an invite's. Plain forms that
 * work without script. The secret stands in the link's query only to fill a field; it is never logged, sent on or kept.
 */
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { toAppError } from '../../http/to-app-error.ts'
import type { House } from '../../operations/house.ts'
import { setPassword } from '../../operations/manage/password-link.ts'
import { completeSetup, setupState } from '../../operations/manage/setup.ts'
import { callerOf, readForm, secretIn } from './form-request.ts'
import { statusOf } from './form-status.ts'
import { addInvitePages } from './invite-pages.ts'
import { sendPage } from './page.ts'
import { parsePasswordForm, passwordDonePage, passwordPage } from './password-page.ts'
import { parseSetupForm, setupClosedPage, setupDonePage, setupPage } from './setup-page.ts'

export function setupFace(house: House): FastifyPluginCallback {
  async function showSetup(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const state = await setupState(house, callerOf(request))
    if (state.type !== 'waiting')
      return sendPage(reply, state.type === 'complete' ? 200 : 410, setupClosedPage(state.type))
    return sendPage(reply, 200, setupPage({ secret: secretIn(request) }, undefined))
  }

  async function doSetup(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = parseSetupForm(await readForm(request))
    if (form.type === 'error') return sendPage(reply, 400, setupPage(form.error.values, form.error.problem))
    try {
      const { user, organization } = await completeSetup(house, callerOf(request), form.value.input)
      return sendPage(reply, 200, setupDonePage(house.sites().advertised, user.name, organization?.name))
    } catch (cause) {
      const { message, detail, code } = toAppError(cause, request.wharden)
      return sendPage(reply, statusOf(code), setupPage(form.value.values, { message, field: detail.field }))
    }
  }

  async function doPassword(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = parsePasswordForm(await readForm(request))
    if (form.type === 'error')
      return sendPage(reply, 400, passwordPage(form.error.values, form.error.problem))
    try {
      await setPassword(house, callerOf(request), form.value.input)
      return sendPage(reply, 200, passwordDonePage(house.sites().advertised))
    } catch (cause) {
      const { message, detail, code } = toAppError(cause, request.wharden)
      return sendPage(
        reply,
        statusOf(code),
        passwordPage(form.value.values, { message, field: detail.field }),
      )
    }
  }

  return (app, _options, done) => {
    app.setErrorHandler((cause, request, reply) => {
      const { message, code } = toAppError(cause, request.wharden)
      return sendPage(reply, statusOf(code), { title: 'That did not work', body: message })
    })
    // Whoever opens the bare address in a browser is led to what there is to do.
    app.get('/', async (request, reply) =>
      reply.redirect((await setupState(house, callerOf(request))).type === 'waiting' ? '/setup' : '/api'),
    )
    app.get('/setup', showSetup)
    app.post('/setup', doSetup)
    app.get('/password', (request, reply) =>
      sendPage(reply, 200, passwordPage({ secret: secretIn(request) }, undefined)),
    )
    app.post('/password', doPassword)
    addInvitePages(app, house)
    done()
  }
}
