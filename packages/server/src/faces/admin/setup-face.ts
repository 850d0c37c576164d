/**
 * The pages that one-time links lead to: the first administrator's, and a forgotten password's. Plain forms that work
 * without script. The secret stands in the link's query only to fill a field; it is never logged, sent on or kept.
 */
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { readBody } from '../../http/read-body.ts'
import { toAppError } from '../../http/to-app-error.ts'
import type { Caller } from '../../operations/caller.ts'
import type { House } from '../../operations/house.ts'
import { setPassword } from '../../operations/manage/password-link.ts'
import { completeSetup, setupState } from '../../operations/manage/setup.ts'
import { statusOf } from './form-status.ts'
import { sendPage } from './page.ts'
import { parsePasswordForm, passwordDonePage, passwordPage } from './password-page.ts'
import { parseSetupForm, setupClosedPage, setupDonePage, setupPage } from './setup-page.ts'

/** A form of six short fields. */
const FORM_LIMIT = 8 * 1024

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
    done()
  }
}

function callerOf({ wharden }: FastifyRequest): Caller {
  return { context: wharden, principal: { type: 'anonymous' }, asked: 'everything' }
}

function secretIn({ url }: FastifyRequest): string {
  return new URL(url, 'http://host').searchParams.get('secret') ?? ''
}

/** @throws {AppError} `too-large`, `invalid` */
async function readForm({ raw }: FastifyRequest): Promise<URLSearchParams> {
  const body = await readBody(raw, FORM_LIMIT)
  const [type = ''] = (raw.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new AppError('invalid', 'this address takes its own form; programs use POST /api/v1/setup')
  }
  return new URLSearchParams(body.toString('utf8'))
}
