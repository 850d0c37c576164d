/**
 * How to try each operation of the contract: what everybody, every role and every scope is tried on. A new operation has a
 * row here, or the tests that walk the contract fail.
 */
import type { AdminBed } from './admin-bed.ts'

export type Attempt = { readonly path: string; readonly body?: unknown }

/** Makes what an attempt is about, as somebody who may, and says how to ask. A new thing for each attempt. */
export type Prepare = (name: string) => Promise<Attempt> | Attempt

/** Where what is made is given something: `samples/*` of the organization `acme`. */
export const GRANTED = { repository: 'samples/*', permissions: ['scope-image-push'] }

/**
 * @param root the secret of an owner of the organization `acme`, who administers the installation as well
 * @param refusal the id of a decision there
 */
export function attemptsOf(bed: AdminBed, root: string, refusal: string): Readonly<Record<string, Prepare>> {
  const acme = (rest: string) => `/organizations/acme${rest}`

  async function repository(name: string): Promise<string> {
    await bed.must('POST', acme('/repositories'), { as: root, body: { name: `samples/${name}` } })
    return acme(`/repositories/samples/${name}`)
  }

  async function locks(name: string): Promise<string> {
    return (await repository(name)).replace('/repositories/', '/repository-locks/')
  }

  async function user(name: string): Promise<string> {
    await bed.must('POST', '/users', { as: root, body: { name } })
    return name
  }

  async function member(name: string): Promise<string> {
    await user(name)
    await bed.must('PUT', acme(`/members/${name}`), { as: root, body: { role: 'member' } })
    return acme(`/members/${name}`)
  }

  async function token(name: string): Promise<string> {
    const body = { kind: 'oat', organization: 'acme', label: name, repositories: [GRANTED] }
    return `/tokens/${(await bed.must('POST', '/tokens', { as: root, body })).token.id}`
  }

  const MAP = [{ repository: 'samples/nginx', permissions: ['content/read'] }]

  async function scopeMap(name: string): Promise<string> {
    await bed.must('POST', acme('/scope-maps'), { as: root, body: { name, repositories: MAP } })
    return acme(`/scope-maps/${name}`)
  }

  async function guard(name: string): Promise<string> {
    await bed.must('POST', acme('/guards'), { as: root, body: { service: `${name}.example.com` } })
    return acme(`/guards/${name}.example.com`)
  }

  const SECRET = 'whd_set_KqTqaK9b1Dxm0YFrfJP6YM36GOZ4bW03nM9C'
  const EMPTY = { kind: 'oat', organization: 'acme', repositories: [GRANTED] }

  return {
    setup_state: () => ({ path: '/setup' }),
    setup_complete: () => ({
      path: '/setup',
      body: { secret: SECRET, user: 'eve', password: 'correct horse' },
    }),
    session_create: () => ({ path: '/sessions', body: { user: 'eve', password: 'wrong' } }),
    session_show: () => ({ path: '/sessions/current' }),
    organization_create: (name) => ({ path: '/organizations', body: { name } }),
    organization_list: () => ({ path: '/organizations' }),
    organization_show: () => ({ path: acme('') }),
    organization_update: (name) => ({ path: acme(''), body: { displayName: name } }),
    user_create: (name) => ({ path: '/users', body: { name } }),
    user_list: () => ({ path: '/users' }),
    user_show: () => ({ path: '/users/root' }),
    user_update: async (name) => ({ path: `/users/${await user(name)}`, body: { displayName: 'changed' } }),
    user_create_password_link: async (name) => ({
      path: `/users/${await user(name)}/password-links`,
      body: {},
    }),
    user_set_password: () => ({ path: '/passwords', body: { secret: SECRET, password: 'correct horse' } }),
    member_list: () => ({ path: acme('/members') }),
    member_set: async (name) => ({ path: acme(`/members/${await user(name)}`), body: { role: 'member' } }),
    member_delete: async (name) => ({ path: await member(name) }),
    repository_create: (name) => ({ path: acme('/repositories'), body: { name: `samples/${name}` } }),
    repository_list: () => ({ path: acme('/repositories') }),
    repository_show: async (name) => ({ path: await repository(name) }),
    repository_update: async (name) => ({ path: await repository(name), body: { description: 'changed' } }),
    repository_delete: async (name) => ({ path: await repository(name) }),
    repository_list_tags: async (name) => ({
      path: (await repository(name)).replace('/repositories/', '/repository-tags/'),
    }),
    lock_show: async (name) => ({ path: await locks(name) }),
    lock_update: async (name) => ({ path: await locks(name), body: { writeEnabled: false } }),
    token_create: (name) => ({ path: '/tokens', body: { ...EMPTY, label: name } }),
    token_list: () => ({ path: '/tokens?organization=acme' }),
    token_show: async (name) => ({ path: await token(name) }),
    token_update: async (name) => ({ path: await token(name), body: { description: 'changed' } }),
    token_delete: async (name) => ({ path: await token(name) }),
    scope_map_create: (name) => ({ path: acme('/scope-maps'), body: { name, repositories: MAP } }),
    scope_map_list: () => ({ path: acme('/scope-maps') }),
    scope_map_show: () => ({ path: acme('/scope-maps/_repositories_pull') }),
    scope_map_delete: async (name) => ({ path: await scopeMap(name) }),
    policy_show: () => ({ path: acme('/policies') }),
    policy_replace_image_access: () => ({ path: acme('/policies/image-access'), body: { policy: {} } }),
    policy_replace_registry_access: () => ({ path: acme('/policies/registry-access'), body: { policy: {} } }),
    policy_replace_sign_in: () => ({ path: acme('/policies/sign-in'), body: { policy: {} } }),
    decision_explain: () => ({ path: `/decisions/${refusal}` }),
    guard_create: (name) => ({ path: acme('/guards'), body: { service: `${name}.example.com` } }),
    guard_list: () => ({ path: acme('/guards') }),
    guard_show: async (name) => ({ path: await guard(name) }),
    guard_delete: async (name) => ({ path: await guard(name) }),
    key_list: () => ({ path: '/keys' }),
    audit_list: () => ({ path: '/audit?organization=acme' }),
    audit_verify: () => ({ path: '/audit/verification?organization=acme' }),
    audit_export: () => ({ path: '/audit/export?organization=acme' }),
    activity_list: () => ({ path: '/activity?organization=acme' }),
    activity_export: () => ({ path: '/activity/export?organization=acme' }),
    gc_show: () => ({ path: '/gc' }),
    gc_run: () => ({ path: '/gc/runs', body: {} }),
    system_version: () => ({ path: '/version' }),
    system_trust: () => ({ path: '/trust' }),
    system_health: () => ({ path: '/health' }),
    session_delete: () => ({ path: '/sessions/current' }),
  }
}
