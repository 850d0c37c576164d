import { AppError } from '../errors.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import type { Target } from './target.ts'

/**
 * The repository behind a target that the caller has already been allowed to use.
 * @throws {AppError} `repository-unknown` if nothing was pushed there yet, or it is another registry's
 */
export function requireLive(target: Target): RepositoryRecord {
  if (target.type === 'ours' && target.repository?.state === 'live') return target.repository
  if (target.type === 'upstream') {
    throw new AppError(
      'repository-unknown',
      `\`${target.fullName}\` is allowed, but this server does not fetch from ${target.host} yet`,
    )
  }
  throw new AppError(
    'repository-unknown',
    `there is no repository \`${target.fullName}\`: nothing has been pushed to it yet`,
  )
}
