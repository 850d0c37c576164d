import { nameSome, parseRegistryTokenName } from '@wharden/policy'
import { z } from 'zod'

const Name = z
  .string()
  .meta({ minLength: 5, maxLength: 50, pattern: '^[a-zA-Z0-9-]+$', examples: ['device-01'] })

/** Of tokens that are made together. What is wrong is said of all of them in one sentence: nobody mends a list name by name. */
export const RegistryTokenNames = z
  .array(Name)
  .min(1)
  .max(1000)
  .superRefine((names, context) => {
    const wrong = names.filter((name) => parseRegistryTokenName(name).type === 'error')
    if (wrong.length > 0) {
      const message = `${nameSome(wrong)} can't be ${wrong.length === 1 ? 'a token’s name' : 'names of tokens'}: use 5 to 50 letters, digits and hyphens`
      context.addIssue({ code: 'custom', message })
    }
    const seen = new Set<string>()
    const repeated = new Set(names.filter((name) => seen.size === seen.add(name).size))
    if (repeated.size > 0) {
      const message = `${nameSome([...repeated])} ${repeated.size === 1 ? 'is' : 'are'} named more than once: name each once`
      context.addIssue({ code: 'custom', message })
    }
  })
