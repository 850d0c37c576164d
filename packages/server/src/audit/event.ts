/**
 * The audit log's words: everything an administrator or a person signing in can do that is worth remembering. One closed
 * union; the metadata store chains the events and knows nothing of what they mean.
 * An event never holds a secret, nor a hash of one: ids, names, states and what changed in them.
 */
import type { AuditEvent as StoredEvent } from '../stores/metadata/port/logs.ts'
import type { Json, JsonObject } from '../stores/metadata/port/page.ts'

/** What something looked like, as plain fields. */
type State = JsonObject

/** `noun/name`: what it was done to. Names are those of that moment. */
type Subject =
  | 'installation'
  | `organization/${string}`
  | `company/${string}`
  | `user/${string}`
  | `member/${string}`
  | `group/${string}`
  | `invite/${string}`
  | `repository/${string}`
  | `token/${string}`
  | `scope-map/${string}`
  | `service-principal/${string}`
  | `policy/${string}`
  | `guard/${string}`
  | `signing-key/${string}`

type Did<Type extends string> = { readonly type: Type; readonly subject: Subject }
type Created<Type extends string> = Did<Type> & { readonly after: State }
type Changed<Type extends string> = Did<Type> & { readonly before: State; readonly after: State }
type Deleted<Type extends string> = Did<Type> & { readonly before: State }

export type AuditEvent =
  | Created<'setup_completed'>
  // People's sign-ins. A refused one is recorded when it slows an account down, not at every attempt: a flood must not grow the log.
  | Created<'session_created'>
  | Deleted<'session_deleted'>
  | Created<'sessions_ended'>
  | Created<'session_slowed'>
  | Created<'organization_created'>
  | Changed<'organization_updated'>
  | Deleted<'organization_deleted'>
  // Of its owners and its organizations, each of those hears as well.
  | Created<'company_created'>
  | Changed<'company_updated'>
  | Deleted<'company_deleted'>
  | Created<'company_owner_added'>
  | Deleted<'company_owner_removed'>
  | Created<'company_organization_added'>
  | Deleted<'company_organization_removed'>
  | Created<'user_created'>
  | Changed<'user_updated'>
  | Deleted<'user_deleted'>
  | Did<'user_password_link_created'>
  | Did<'user_password_set'>
  | Created<'user_password_changed'>
  | Created<'member_added'>
  | Changed<'member_updated'>
  | Deleted<'member_removed'>
  | Created<'group_created'>
  | Changed<'group_updated'>
  | Deleted<'group_deleted'>
  | Created<'group_member_added'>
  | Deleted<'group_member_removed'>
  | Created<'group_permission_added'>
  | Changed<'group_permission_updated'>
  | Deleted<'group_permission_removed'>
  | Created<'invite_created'>
  | Changed<'invite_resent'>
  | Changed<'invite_cancelled'>
  | Changed<'invite_accepted'>
  | Changed<'invite_declined'>
  | Created<'repository_created'>
  | Changed<'repository_updated'>
  | Deleted<'repository_deleted'>
  | Changed<'lock_updated'>
  | Created<'token_created'>
  | Changed<'token_updated'>
  | Deleted<'token_deleted'>
  // A new secret: asked for by the token itself, or by whoever manages it.
  | Created<'token_renewed'>
  | Created<'token_rotated'>
  // A registry token's passwords: which, when they end, and which of them stood in place of another.
  | Created<'token_password_generated'>
  | Deleted<'token_password_deleted'>
  // So many days before its end, by nobody.
  | Created<'token_expiring'>
  // A personal token that the organization lets in no more, and lets in again.
  | Created<'token_barred'>
  | Deleted<'token_unbarred'>
  | Created<'scope_map_created'>
  | Changed<'scope_map_updated'>
  | Deleted<'scope_map_deleted'>
  | Created<'service_principal_created'>
  | Changed<'service_principal_updated'>
  | Created<'service_principal_rotated'>
  | Created<'service_principal_expiring'>
  | Deleted<'service_principal_deleted'>
  | Changed<'policy_replaced'>
  | Created<'guard_created'>
  | Deleted<'guard_deleted'>
  | Changed<'signing_key_rotated'>
  | Created<'gc_asked'>

/** An event in the store's form. */
export function toStored(event: AuditEvent): StoredEvent {
  const { type, ...detail } = event
  return { type, detail }
}

/** What a stored event's detail says, whoever wrote it: events of later versions are shown as far as they are understood. */
export function readDetail(detail: JsonObject): {
  readonly subject: string
  readonly before: State | undefined
  readonly after: State | undefined
} {
  const { subject, before, after } = detail
  return {
    subject: typeof subject === 'string' ? subject : '',
    before: isState(before) ? before : undefined,
    after: isState(after) ? after : undefined,
  }
}

function isState(value: Json | undefined): value is State {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
