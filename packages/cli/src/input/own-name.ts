import type { ApiClient } from '@wharden/api'
import { CliError } from '../cli-error.ts'

/**
 * `--org acme --repository acme/app` would mean `acme/acme/app`, which hardly anybody means: refused, unless the
 * organization has such repositories.
 * @throws CliError that says what to say instead
 */
export async function refuseOwnName(
  api: ApiClient,
  organization: string,
  rules: readonly { readonly repository: string }[],
): Promise<void> {
  const prefix = `${organization}/`
  const slip = rules.find(({ repository }) => repository.startsWith(prefix))
  if (slip === undefined) return
  const { items } = await api.repository.list({ organization, prefix, limit: 1 })
  if (items.length > 0) return
  throw new CliError(
    'usage',
    `\`${slip.repository}\` would be \`${prefix}${slip.repository}\`: names are the organization's own here`,
    `say \`${slip.repository.slice(prefix.length)}\`; if you do mean it, run \`wharden repo create ${prefix}… --org ${organization}\` before`,
  )
}
