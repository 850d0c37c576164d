/**
 * The administration API: the contract of `@wharden/api` under /api/v1, its description at /api/openapi.json, and at /api
 * a reference for people, made from the description. Translates and calls; each operation authorizes itself.
 */
import { BASE_PATH } from '@wharden/api'
import { OpenAPIHandler } from '@orpc/openapi/fastify'
import { ORPCError } from '@orpc/server'
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { parseAuthorization } from '../../http/authorization.ts'
import { toAppError } from '../../http/to-app-error.ts'
import type { Caller } from '../../operations/caller.ts'
import type { House } from '../../operations/house.ts'
import { apiCallerOf } from '../../operations/manage/api-caller.ts'
import { createRouter } from './create-router.ts'
import type { ApiContext } from './hand-over.ts'
import { apiDocument, referencePage } from './documents.ts'
import { sendPage } from './page.ts'
import { readJsonBody } from '../../http/read-json-body.ts'
import { toApiError } from './to-api-error.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export function adminFace(house: House): FastifyPluginCallback {
  const handler = new OpenAPIHandler<ApiContext>(createRouter(house), {
    clientInterceptors: [
      async ({ next, context }) => {
        try {
          return await next()
        } catch (cause) {
          const failure = cause instanceof ORPCError ? cause : toAppError(cause, context.caller.context)
          if (failure instanceof AppError) context.wait(failure.detail.retryAfterSeconds)
          throw toApiError(failure, context.caller.context)
        }
      },
    ],
  })

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    try {
      const caller = await apiCallerOf(
        house,
        request.wharden,
        parseAuthorization(request.headers.authorization),
      )
      if (request.method !== 'GET')
        request.body = await readJsonBody(request.raw, limitFor(request.url, caller))
      const { matched } = await handler.handle(request, reply, {
        context: { caller, wait: (seconds) => wait(reply, seconds) },
      })
      return matched ? reply : sendFailure(reply, noSuchOperation(request), request)
    } catch (cause) {
      return sendFailure(reply, cause, request)
    }
  }

  return (app, _options, done) => {
    app.addHook('onSend', async (_request, reply, payload) => {
      if (reply.statusCode === 401) reply.header('www-authenticate', 'Bearer realm="wharden"')
      return payload
    })
    app.route({ method: METHODS, url: `${BASE_PATH}/*`, handler: answer })
    app.get('/api/openapi.json', async (_request, reply) =>
      reply.type('application/json').send(await apiDocument()),
    )
    app.get('/api', async (_request, reply) => sendPage(reply, 200, await referencePage()))
    app.get('/api/', (_request, reply) => reply.redirect('/api'))
    done()
  }
}

const SMALL = 64 * 1024
/** Scope maps of 5,000 repositories, policies of 10,000 rules and 1,000 invitees are real; strangers have nothing long to say. */
const LARGE = 2 * 1024 * 1024
const MAY_BE_LARGE = /\/(tokens|scope-maps|policies|invites)(\/|$|\?)/

function limitFor(url: string, { principal }: Caller): number {
  return principal.type === 'credential' && MAY_BE_LARGE.test(url) ? LARGE : SMALL
}

function noSuchOperation({ method, url }: FastifyRequest): AppError {
  const [path] = url.split('?')
  return new AppError(
    'not-found',
    `there is no operation ${method} \`${path?.slice(0, 200)}\`; /api describes those there are`,
  )
}

/** RFC 9110 §10.2.3: also for programs that know nothing of our errors. */
function wait(reply: FastifyReply, seconds: number | undefined): void {
  if (seconds !== undefined) reply.header('retry-after', String(seconds))
}

/** What fails before or beside an operation, in the form its own errors have. */
function sendFailure(reply: FastifyReply, cause: unknown, { wharden }: FastifyRequest): FastifyReply {
  const known = toAppError(cause, wharden)
  wait(reply, known.detail.retryAfterSeconds)
  const failure = toApiError(known, wharden)
  // What was left unread of a body must not be taken for the next request.
  if (known.code === 'too-large') reply.header('connection', 'close')
  return reply.code(failure.status).type('application/json').send(JSON.stringify(failure))
}
