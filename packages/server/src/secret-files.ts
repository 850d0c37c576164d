import { readFileSync } from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Every secret setting may also be given as a file: `WHARDEN_SEAL_KEY_FILE=/run/secrets/seal-key` is `WHARDEN_SEAL_KEY` with
 * what that file holds. Container engines and systemd hand secrets over as files, and an environment is readable in too
 * many places (`docker inspect`, /proc, crash reports).
 * @param names the secret settings
 * @returns the environment with the files' contents in it and no `…_FILE` any more, and a sentence for each that was wrong;
 *   sentences never hold a secret
 */
export function withSecretFiles(
  environment: Environment,
  names: readonly string[],
): { readonly environment: Environment; readonly problems: readonly string[] } {
  const problems: string[] = []
  const read: Record<string, string | undefined> = { ...environment }
  for (const name of names) {
    const variable = `${name}_FILE`
    const path = environment[variable]?.trim()
    delete read[variable]
    if (path === undefined || path === '') continue
    if ((environment[name] ?? '') !== '') problems.push(`give ${name} or ${variable}, not both`)
    try {
      read[name] = readFileSync(path, 'utf8').trim()
      if (read[name] === '') problems.push(`${variable}: \`${path}\` is empty`)
    } catch (cause) {
      const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
      problems.push(`${variable}: \`${path}\` can not be read${why}`)
    }
  }
  return { environment: read, problems }
}
