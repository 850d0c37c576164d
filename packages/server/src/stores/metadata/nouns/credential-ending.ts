import type { CredentialId, CredentialKind } from '@wharden/policy'
import type { ExpressionBuilder } from 'kysely'
import type { CredentialRecord } from '../port/credentials.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { credentialOf } from './credential-row.ts'

const DAY = 86_400_000

/** Sessions end by the hour; nobody wants to hear of it. */
const NOTICED = [
  'pat',
  'oat',
  'registry-token',
  'service-principal',
] as const satisfies readonly CredentialKind[]

/** Its own end, or that of a password of it. */
export function endsWithin({ query }: Session, { from, to }: { readonly from: number; readonly to: number }) {
  return (credential: ExpressionBuilder<Tables, 'credential'>) =>
    credential.or([
      credential.between('credential.expires_at', from, to),
      credential.exists(
        query
          .selectFrom('credential_secret')
          .select('credential_id')
          .whereRef('credential_secret.credential_id', '=', credential.ref('credential.id'))
          .where('slot', 'in', ['password1', 'password2'])
          .where((secret) => secret.between('expires_at', from, to)),
      ),
    ])
}

export async function endingUnnoticed(
  session: Session,
  days: number,
  now: number,
  limit: number,
): Promise<readonly CredentialRecord[]> {
  const rows = await session.all(
    session.query
      .selectFrom('credential')
      .selectAll()
      .where('expires_at', '>', now)
      .where('expires_at', '<=', now + days * DAY)
      .where('kind', 'in', NOTICED)
      .where((row) =>
        row.and([
          row('created_at', '<', row(row.ref('expires_at'), '-', days * DAY)),
          row.or([row('expiry_noticed', 'is', null), row('expiry_noticed', '>', days)]),
        ]),
      )
      .orderBy('expires_at')
      .orderBy('id')
      .limit(limit),
  )
  return rows.map(credentialOf)
}

export async function noticeEnding(session: Session, id: CredentialId, days: number): Promise<boolean> {
  const noticed = await session.run(
    session.query
      .updateTable('credential')
      .set({ expiry_noticed: days })
      .where('id', '=', id)
      .where((row) => row.or([row('expiry_noticed', 'is', null), row('expiry_noticed', '>', days)])),
  )
  return noticed > 0
}
