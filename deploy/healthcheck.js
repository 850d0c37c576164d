// Asks the server in this container whether it is ready; exit code 0 or 1. Plain JavaScript, and nothing of the product:
// it runs every few seconds, and must start at once.
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'

const { WHARDEN_HTTP_PORT: http = '5000', WHARDEN_HTTPS_PORT: https = '5443' } = process.env
const { WHARDEN_LISTEN: listen = '127.0.0.1' } = process.env
const asked = http === 'off' ? secure : plain

asked({
  host: listen === '0.0.0.0' ? '127.0.0.1' : listen === '::' ? '::1' : listen,
  port: http === 'off' ? https : http,
  path: '/health/ready',
  // It asks itself, and says no secret.
  rejectUnauthorized: false,
})
  .on('response', (response) => process.exit(response.statusCode === 200 ? 0 : 1))
  .on('error', () => process.exit(1))
  .setTimeout(4_000, () => process.exit(1))
  .end()
