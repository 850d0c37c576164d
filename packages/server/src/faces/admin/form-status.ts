import type { AppErrorCode } from '../../errors.ts'

/** For pages, which say the rest in words. */
export function statusOf(code: AppErrorCode): number {
  switch (code) {
    case 'denied':
      return 403
    case 'not-found':
      return 404
    case 'too-many-requests':
      return 429
    case 'gone':
      return 410
    case 'conflict':
      return 409
    case 'too-large':
      return 413
    case 'busy':
    case 'unavailable':
    case 'storage-full':
      return 503
    default:
      return 400
  }
}
