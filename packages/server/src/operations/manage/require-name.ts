import { describeRegistryNameProblem, type RegistryNameProblem } from '@wharden/policy'
import type { Result } from '@wharden/oci'
import { AppError } from '../../errors.ts'

/** Holds a name to its rules, whichever face it came by: az leaves that to the server. @throws {AppError} `invalid` */
export function requireName(parsed: Result<string, RegistryNameProblem>): string {
  if (parsed.type === 'ok') return parsed.value
  throw new AppError('invalid', describeRegistryNameProblem(parsed.error), { field: 'name' })
}
