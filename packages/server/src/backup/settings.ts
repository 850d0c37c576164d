import { readConfig, type Config } from '../config.ts'
import { CopyError } from './copy-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** @param whose for the message: which settings are wrong @throws CopyError `usage` */
export function requireConfig(environment: Environment, whose: string): Config {
  const config = readConfig(environment)
  if (config.type === 'ok') return config.value
  throw new CopyError('usage', `${whose} are wrong: ${config.error.join('; ')}`)
}
