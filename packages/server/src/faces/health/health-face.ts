/**
 * For those who watch: `/health/live` (the process turns over) and `/health/ready` (it can decide and store).
 * Says nothing of what is inside to whoever asks.
 */
import type { FastifyPluginCallback } from 'fastify'
import type { House } from '../../operations/house.ts'

/** A database that answers slower than this is as good as none to a load balancer. */
const PATIENCE = 2_000

export function healthFace(house: House): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/health/live', (_request, reply) => reply.send({ status: 'live' }))
    app.get('/health/ready', async (_request, reply) => {
      const ready = house.generation.confirmed() && (await answers(house))
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
