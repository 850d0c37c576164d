import { parseRepositorySelector, type OrganizationId } from '@wharden/policy'
import type { RuleRecord } from '../../stores/metadata/port/credentials.ts'
import type { Gift } from './held.ts'

/**
 * A rule that there is, as something that is given once more. It holds a repository by id; its label still says the name,
 * which a right on a prefix covers.
 */
export function giftOf(organization: OrganizationId, rule: RuleRecord): Gift {
  const [text = ''] = rule.label.split(' ')
  const selector = parseRepositorySelector(text)
  const named =
    selector.type === 'ok' && selector.value.type === 'ours' && selector.value.path.type === 'exact'
  return { ...rule, place: named ? { organization, name: selector.value.path.name } : undefined }
}
