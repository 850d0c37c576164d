import { linkText } from '../../stores/metadata/audit-chain.ts'
import type { AuditRecord } from '../../stores/metadata/port/logs.ts'

/**
 * An event as a line of an export. `hash` is the SHA-256 of the text of `previousHash` and the text of `event`, byte for byte
 * as they stand here: whoever verifies it need not know how we write JSON.
 */
export function auditLine({ previousHash, hash, type, detail, ...link }: AuditRecord): string {
  return `{"previousHash":"${previousHash}","hash":"${hash}","event":${linkText({ ...link, event: { type, detail } })}}\n`
}
