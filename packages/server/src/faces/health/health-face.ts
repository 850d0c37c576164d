/**
 * For those who watch: `/health/live` (the process turns over) and `/health/ready` (it can decide and store).
 * Says nothing of what is inside to whoever asks.
 */
import type { FastifyPluginCallback } from 'fastify'
import type { House } from '../../operations/house.ts'

/** A database that answers slower than this is as good as none to a load balancer. */
const PATIENCE = 2_000

const METHODS = ['GET', 'HEAD']

export function healthFace(house: House): FastifyPluginCallback {
  return (app, _options, done) => {
    app.addHook('onRequest', async (request, reply) => {
      if (METHODS.includes(request.method)) return undefined
      return reply.code(405).header('allow', METHODS.join(', ')).send({ status: 'not a question' })
    })
    app.all('/health/live', (_request, reply) => reply.send({ status: 'live' }))
    app.all('/health/ready', async (_request, reply) => {
      const ready = !house.stopping.aborted && house.generation.confirmed() && (await answers(house))
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    })
    done()
  }
}

async function answers(house: House): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), PATIENCE)
  house.store.ping().then(
    () => resolve(true),
    () => resolve(false),
  )
  return promise.finally(() => clearTimeout(timer))
}
