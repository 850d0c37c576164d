import { z } from 'zod'
import { AppError } from '../../errors.ts'

const flag = z.boolean().nullish()
const schema = z.object({ deleteEnabled: flag, writeEnabled: flag, readEnabled: flag, listEnabled: flag })

type Attributes = { readonly [Each in keyof z.infer<typeof schema>]?: boolean }

/** Those attributes that a body names; what else it names is for registries that know of it. @throws {AppError} `invalid` */
export function parseAttributes(body: Buffer): Attributes {
  const read = schema.safeParse(parseJson(body))
  if (!read.success)
    throw new AppError(
      'invalid',
      'the body must be a JSON object; `deleteEnabled`, `writeEnabled`, `readEnabled` and `listEnabled` are true or false',
    )
  return Object.fromEntries(Object.entries(read.data).filter(([, value]) => value != null))
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
