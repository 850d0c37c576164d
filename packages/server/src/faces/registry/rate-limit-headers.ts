import type { PullsLeft } from '../../pulls-left.ts'

/**
 * As Docker Hub tells them, which clients and scripts read; none where there is no limit.
 * https://docs.docker.com/docker-hub/usage/pulls/#view-pull-rate-and-limit
 */
export function rateLimitHeaders(left: PullsLeft | undefined): Readonly<Record<string, string>> {
  if (left === undefined) return {}
  const window = `w=${left.windowSeconds}`
  return {
    'ratelimit-limit': `${left.limit};${window}`,
    'ratelimit-remaining': `${left.remaining};${window}`,
    'docker-ratelimit-source': left.source,
  }
}
