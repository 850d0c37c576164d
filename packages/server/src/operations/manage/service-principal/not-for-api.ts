import { AppError } from '../../../errors.ts'

/** What a service principal hears from the administration API: it may make tokens, and would make itself heirs that outlive it. */
export function notForApi(): AppError {
  return new AppError(
    'denied',
    'a service principal is for `az`, Azure’s SDKs and container clients, not for the administration API: sign in as a person with `wharden login`, or use an organization access token',
  )
}
