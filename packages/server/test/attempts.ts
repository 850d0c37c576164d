/**
 * How to try each operation of the contract: what everybody, every role and every scope is tried on. A new operation has a
 * row here, or the tests that walk the contract fail.
 */
import type { AdminBed } from './admin-bed.ts'
import { makeImage } from './make-image.ts'

export type Attempt = { readonly path: string; readonly body?: unknown }

/** Makes what an attempt is about, as somebody who may, and says how to ask. A new thing for each attempt. */
export type Prepare = (name: string) => Promise<Attempt> | Attempt

/** Where what is made is given something: `samples/*` of the organization `acme`. */
export const GRANTED = { repository: 'samples/*', permissions: ['scope-image-push'] }

/**
 * @param root the secret of an owner of the organization `acme`, who administers the installation as well
 * @param refusal the id of a decision there
 */
export function attemptsOf(
  bed: Pick<AdminBed, 'must' | 'password' | 'house'>,
  root: string,
  refusal: string,
): Readonly<Record<string, Prepare>> {
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

  async function registryToken(name: string): Promise<string> {
    const rights = { type: 'scope-map', scopeMap: '_repositories_pull' }
    const body = { kind: 'registry-token', organization: 'acme', name: name.replaceAll('_', '-'), rights }
    return `/tokens/${(await bed.must('POST', '/tokens', { as: root, body })).token.id}`
  }

  async function personalToken(): Promise<string> {
    const body = {
      kind: 'pat',
      label: 'to be barred',
      repositories: [{ repository: 'acme/*', permissions: ['repo:read'] }],
    }
    return acme(`/personal-tokens/${(await bed.must('POST', '/tokens', { as: root, body })).token.id}`)
  }

  const MAP = [{ repository: 'samples/nginx', permissions: ['content/read'] }]

  async function scopeMap(name: string): Promise<string> {
    await bed.must('POST', acme('/scope-maps'), { as: root, body: { name, repositories: MAP } })
    return acme(`/scope-maps/${name}`)
  }

  async function servicePrincipal(name: string): Promise<string> {
    const { servicePrincipal: made } = await bed.must('POST', acme('/service-principals'), {
      as: root,
      body: { name },
    })
    return acme(`/service-principals/${made.id}`)
  }

  async function group(name: string): Promise<string> {
    await bed.must('POST', acme('/groups'), { as: root, body: { name } })
    return acme(`/groups/${name}`)
  }

  async function grouped(name: string): Promise<string> {
    const path = `${await group(name)}/members/${(await member(name)).split('/').at(-1)}`
    await bed.must('PUT', path, { as: root })
    return path
  }

  async function permitted(name: string): Promise<string> {
    await group(name)
    const path = acme(`/group-permissions/${name}/samples/*`)
    await bed.must('PUT', path, { as: root, body: { permission: 'write' } })
    return path
  }

  async function invite(name: string): Promise<{ readonly id: string; readonly path: string }> {
    const body = { invitees: [await user(name)] }
    const { invitees } = await bed.must('POST', acme('/invites'), { as: root, body })
    const { id } = invitees[0].invite
    return { id, path: acme(`/invites/${id}`) }
  }

  async function company(name: string): Promise<string> {
    await bed.must('POST', '/companies', { as: root, body: { name } })
    return `/companies/${name}`
  }

  async function owned(name: string): Promise<string> {
    const path = `${await company(name)}/owners/${await user(name)}`
    await bed.must('PUT', path, { as: root })
    return path
  }

  async function organization(name: string): Promise<string> {
    await bed.must('POST', '/organizations', { as: root, body: { name } })
    return name
  }

  async function placed(name: string): Promise<string> {
    const path = `${await company(name)}/organizations/${await organization(name)}`
    await bed.must('PUT', path, { as: root })
    return path
  }

  async function guard(name: string): Promise<string> {
    await bed.must('POST', acme('/guards'), { as: root, body: { service: `${name}.example.com` } })
    return acme(`/guards/${name}.example.com`)
  }

  const PASSWORD = bed.password
  const SECRET = 'whd_set_KqTqaK9b1Dxm0YFrfJP6YM36GOZ4bW03nM9C'
  const INVITE = 'whd_inv_KqTqaK9b1Dxm0YFrfJP6YM36GOZ4bW2vJoM9'
  const EMPTY = { kind: 'oat', organization: 'acme', repositories: [GRANTED] }

  return {
    setup_state: () => ({ path: '/setup' }),
    setup_complete: () => ({
      path: '/setup',
      body: { secret: SECRET, user: 'eve', password: 'correct horse' },
    }),
    session_create: () => ({ path: '/sessions', body: { user: 'eve', password: 'wrong' } }),
    session_show: () => ({ path: '/sessions/current' }),
    session_list: () => ({ path: '/sessions' }),
    // Somebody else's.
    session_end: async (name) => {
      const account = { name, password: PASSWORD }
      await bed.must('POST', '/users', { as: root, body: account })
      const { secret } = await bed.must('POST', '/sessions', { body: { user: name, password: PASSWORD } })
      const { items } = await bed.must('GET', '/sessions', { as: secret })
      return { path: `/sessions/${items[0].id}` }
    },
    organization_create: (name) => ({ path: '/organizations', body: { name } }),
    organization_list: () => ({ path: '/organizations' }),
    organization_show: () => ({ path: acme('') }),
    organization_update: (name) => ({ path: acme(''), body: { displayName: name } }),
    // Whoever may is asked to repeat the name, and so it stays.
    organization_delete: () => ({ path: acme(''), body: { confirm: 'no' } }),
    company_create: (name) => ({ path: '/companies', body: { name } }),
    company_list: () => ({ path: '/companies' }),
    company_show: async (name) => ({ path: await company(name) }),
    company_update: async (name) => ({ path: await company(name), body: { displayName: 'changed' } }),
    company_delete: async (name) => ({ path: await company(name) }),
    company_list_owners: async (name) => ({ path: `${await company(name)}/owners` }),
    company_add_owner: async (name) => ({ path: `${await company(name)}/owners/${await user(name)}` }),
    company_remove_owner: async (name) => ({ path: await owned(name) }),
    company_list_organizations: async (name) => ({ path: `${await company(name)}/organizations` }),
    company_add_organization: async (name) => ({
      path: `${await company(name)}/organizations/${await organization(name)}`,
    }),
    company_remove_organization: async (name) => ({ path: await placed(name) }),
    user_create: (name) => ({ path: '/users', body: { name } }),
    user_list: () => ({ path: '/users' }),
    user_show: () => ({ path: '/users/root' }),
    user_update: async (name) => ({ path: `/users/${await user(name)}`, body: { displayName: 'changed' } }),
    user_delete: async (name) => ({ path: `/users/${await user(name)}` }),
    user_create_password_link: async (name) => ({
      path: `/users/${await user(name)}/password-links`,
      body: {},
    }),
    // Everybody's is the same, and stays so.
    user_change_password: () => ({ path: '/passwords', body: { current: PASSWORD, password: PASSWORD } }),
    user_end_sessions: async (name) => ({ path: `/users/${await user(name)}/sessions` }),
    user_set_password: () => ({ path: '/passwords', body: { secret: SECRET, password: 'correct horse' } }),
    member_list: () => ({ path: acme('/members') }),
    member_export: () => ({ path: acme('/members/export') }),
    member_set: async (name) => ({ path: acme(`/members/${await user(name)}`), body: { role: 'member' } }),
    member_delete: async (name) => ({ path: await member(name) }),
    group_create: (name) => ({ path: acme('/groups'), body: { name } }),
    group_list: () => ({ path: acme('/groups') }),
    group_show: async (name) => ({ path: await group(name) }),
    group_update: async (name) => ({ path: await group(name), body: { description: 'changed' } }),
    group_delete: async (name) => ({ path: await group(name) }),
    group_list_members: async (name) => ({ path: `${await group(name)}/members` }),
    group_add_member: async (name) => {
      const who = (await member(name)).split('/').at(-1)
      return { path: `${await group(name)}/members/${who}` }
    },
    group_remove_member: async (name) => ({ path: await grouped(name) }),
    group_list_permissions: async (name) => ({ path: `${await group(name)}/permissions` }),
    group_set_permission: async (name) => {
      await group(name)
      return { path: acme(`/group-permissions/${name}/samples/*`), body: { permission: 'read' } }
    },
    group_remove_permission: async (name) => ({ path: await permitted(name) }),
    invite_create: async (name) => ({ path: acme('/invites'), body: { invitees: [await user(name)] } }),
    invite_list: () => ({ path: acme('/invites') }),
    invite_show: async (name) => ({ path: (await invite(name)).path }),
    invite_resend: async (name) => ({ path: `${(await invite(name)).path}/links`, body: {} }),
    invite_cancel: async (name) => ({ path: (await invite(name)).path }),
    invite_list_mine: () => ({ path: '/invites' }),
    invite_look_up: () => ({ path: '/invites/lookups', body: { secret: INVITE } }),
    // Somebody else's.
    invite_accept: async (name) => ({
      path: '/invites/acceptances',
      body: { invite: (await invite(name)).id },
    }),
    invite_register: () => ({
      path: '/invites/registrations',
      body: { secret: INVITE, user: 'eve', password: 'correct horse' },
    }),
    invite_decline: () => ({ path: '/invites/refusals', body: { secret: INVITE } }),
    repository_create: (name) => ({ path: acme('/repositories'), body: { name: `samples/${name}` } }),
    repository_list: () => ({ path: acme('/repositories') }),
    repository_show: async (name) => ({ path: await repository(name) }),
    repository_update: async (name) => ({ path: await repository(name), body: { description: 'changed' } }),
    repository_delete: async (name) => ({ path: await repository(name) }),
    repository_list_tags: async (name) => ({
      path: (await repository(name)).replace('/repositories/', '/repository-tags/'),
    }),
    repository_list_groups: async (name) => ({
      path: (await repository(name)).replace('/repositories/', '/repository-groups/'),
    }),
    lock_show: async (name) => ({ path: await locks(name) }),
    lock_update: async (name) => ({ path: await locks(name), body: { writeEnabled: false } }),
    image_list: async (name) => ({
      path: (await repository(name)).replace('/repositories/', '/repository-images/'),
    }),
    image_delete: async (name) => {
      await makeImage(bed.house, `samples/${name}`)
      return { path: acme(`/repository-images/samples/${name}`), body: { tag: 'v1' } }
    },
    token_create: (name) => ({ path: '/tokens', body: { ...EMPTY, label: name } }),
    token_list: () => ({ path: '/tokens?organization=acme' }),
    token_show: async (name) => ({ path: await token(name) }),
    token_update: async (name) => ({ path: await token(name), body: { description: 'changed' } }),
    token_delete: async (name) => ({ path: await token(name) }),
    personal_token_list: () => ({ path: acme('/personal-tokens') }),
    personal_token_bar: async () => ({ path: `${await personalToken()}/bar` }),
    personal_token_unbar: async () => {
      const path = `${await personalToken()}/bar`
      await bed.must('PUT', path, { as: root })
      return { path }
    },
    token_renew: () => ({ path: '/tokens/current/renewals', body: {} }),
    token_rotate: async (name) => ({ path: `${await token(name)}/rotations`, body: {} }),
    token_password_generate: async (name) => ({ path: `${await registryToken(name)}/passwords`, body: {} }),
    token_password_delete: async (name) => ({ path: `${await registryToken(name)}/passwords/password1` }),
    scope_map_create: (name) => ({ path: acme('/scope-maps'), body: { name, repositories: MAP } }),
    scope_map_list: () => ({ path: acme('/scope-maps') }),
    scope_map_show: () => ({ path: acme('/scope-maps/_repositories_pull') }),
    scope_map_update: async (name) => ({ path: await scopeMap(name), body: { description: 'changed' } }),
    scope_map_delete: async (name) => ({ path: await scopeMap(name) }),
    scope_map_token_create: (name) => ({
      path: acme('/scope-maps/_repositories_pull/tokens'),
      body: { names: [name.replaceAll('_', '-')] },
    }),
    scope_map_token_list: () => ({ path: acme('/scope-maps/_repositories_pull/tokens') }),
    service_principal_create: (name) => ({ path: acme('/service-principals'), body: { name } }),
    service_principal_list: () => ({ path: acme('/service-principals') }),
    service_principal_show: async (name) => ({ path: await servicePrincipal(name) }),
    service_principal_update: async (name) => ({
      path: await servicePrincipal(name),
      body: { description: 'changed' },
    }),
    service_principal_rotate: async (name) => ({
      path: `${await servicePrincipal(name)}/rotations`,
      body: {},
    }),
    service_principal_delete: async (name) => ({ path: await servicePrincipal(name) }),
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
    session_end_all: () => ({ path: '/sessions' }),
    session_delete: () => ({ path: '/sessions/current' }),
  }
}
