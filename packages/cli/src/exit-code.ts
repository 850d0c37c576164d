/** What a shell script may rely on: a closed table, printed under `wharden --help`. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'refused, or failed for another reason' },
  usage: { code: 2, meaning: 'wrong usage, or a value that is not valid' },
  notFound: { code: 3, meaning: 'no such thing, or none that you may see' },
  notSignedIn: { code: 4, meaning: 'not signed in, or the session or token is not valid' },
  unreachable: { code: 5, meaning: 'the server cannot be reached, or its certificate is not trusted' },
  conflict: { code: 6, meaning: 'it exists already, or its state does not allow this' },
  interrupted: { code: 130, meaning: 'interrupted' },
} as const

export type Exit = keyof typeof EXIT_CODES
