import { expect, test } from 'vitest'
import { API_ERRORS } from './errors.ts'
import { operations } from './operations.ts'
import { BASE_PATH } from './procedure.ts'

const all = operations()

test('operation ids are noun_verb and unique', () => {
  const ids = all.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[a-z]+(_[a-z]+)+$/)
})

test('no two operations answer the same method and path', () => {
  const routes = all.map(({ method, path }) => `${method} ${path.replace(/\{\+?\w+\}/g, '{}')}`)
  expect(new Set(routes).size).toBe(routes.length)
  for (const { path } of all) expect(path.startsWith(`${BASE_PATH}/`)).toBe(true)
})

test('what needs no credential is exactly this', () => {
  const open = all.filter(({ access }) => access.type === 'public').map(({ id }) => id)
  expect(open).toEqual([
    'setup_state',
    'setup_complete',
    'session_create',
    'user_set_password',
    'invite_look_up',
    'invite_register',
    'invite_decline',
    'key_list',
    'system_version',
    'system_trust',
  ])
})

test('what needs an action of an organization is told which by its input', () => {
  // Naming a registry that trusts our keys, and companies, are the installation's affair, for whichever organization.
  const installations = ['guard_create', 'company_add_organization', 'company_remove_organization']
  const nested = all.filter(
    ({ access, path, id }) =>
      access.type === 'action' && path.includes('{organization}') && !installations.includes(id),
  )
  for (const { access } of nested) {
    expect(access.type === 'action' && (access.on === 'organization' || access.on === 'repository')).toBe(
      true,
    )
  }
})

test('every error has a status that HTTP clients understand without its code', () => {
  expect(Object.fromEntries(Object.entries(API_ERRORS).map(([code, { status }]) => [code, status]))).toEqual({
    unauthenticated: 401,
    forbidden: 403,
    not_found: 404,
    conflict: 409,
    invalid: 400,
    limit_reached: 403,
    gone: 410,
    too_many: 429,
    unavailable: 503,
  })
})
