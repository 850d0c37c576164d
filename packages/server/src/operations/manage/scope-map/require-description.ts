import { AppError } from '../../../errors.ts'

/** https://learn.microsoft.com/cli/azure/acr/scope-map */
const MOST = 256

/** @throws {AppError} `invalid` */
export function requireDescription(description: string): void {
  if (description.length <= MOST) return
  throw new AppError(
    'invalid',
    `a description has at most ${MOST} characters, and this has ${description.length}`,
    {
      field: 'description',
    },
  )
}
