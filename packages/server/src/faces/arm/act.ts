import { AppError } from '../../errors.ts'
import type { Asked, Methods, Reply } from './call.ts'

/** Does what a request's method does at its path. @throws {AppError} `unsupported`, with `Allow` in the answer */
export function act({ request, response }: Asked, methods: Methods): Promise<Reply> {
  const { method = '' } = request
  const wanted = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (wanted !== undefined) return wanted()
  const allowed = Object.keys(methods).join(', ')
  response.setHeader('allow', allowed)
  throw new AppError(
    'unsupported',
    `this address takes ${allowed}, not ${method}: what a registry is besides tokens and scope maps is managed with \`wharden\``,
  )
}
