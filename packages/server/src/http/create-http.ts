/**
 * What the administrators' faces stand on: a Fastify instance that leaves bodies to them. The hot faces do without it
 * (`dispatch.ts`).
 */
import { METHODS } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import type { Admission } from './admission.ts'
import { refuse } from './refuse.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs. */
    wharden: Context
  }
}

/** @returns an instance that no face has been registered on yet */
export function createHttp({ admit }: Pick<Admission, 'admit'>): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false, // HEAD has answers of its own, and must not run a GET's work
    frameworkErrors: (_error, _request, reply) => refuse(reply.raw, 400, UNREADABLE),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1_024 },
  })
  // Every method there is, so that faces can say which of them an address takes.
  for (const method of METHODS.filter((name) => !app.supportedMethods.includes(name) && name !== 'CONNECT'))
    app.addHttpMethod(method, { hasBody: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.decorateRequest('wharden', null as never)
  app.addHook('onRequest', (request, reply, done) => {
    const context = admit(request.raw, reply.raw)
    if (context === undefined) return
    request.wharden = context
    done()
  })
  return app
}

/** A path with an escape that is none: nothing of it can be routed. */
const UNREADABLE = 'the address holds a `%` that no two hexadecimal digits follow, or is no UTF-8'
