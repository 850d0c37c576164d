import { parseScopes } from '@wharden/oci'
import { expect, test } from 'vitest'
import { repositoryName } from '../test/company.ts'
import { within } from './asked-scope.ts'
import { REPOSITORY_ACTIONS } from './action.ts'

const APP = repositoryName('acme/app')

test.each([
  ['repository:acme/app:pull', 'content/read metadata/read'],
  ['repository:acme/app:pull,push', 'content/read content/write metadata/read'],
  ['repository:acme/app:push', 'content/write'],
  ['repository:acme/app:delete', 'content/delete'],
  ['repository:acme/app:metadata_read', 'metadata/read'],
  ['repository:acme/app:metadata_write', 'metadata/write'],
  ['repository:acme/app:*', REPOSITORY_ACTIONS.join(' ')],
  ['repository:acme/app:pull repository:acme/app:push', 'content/read content/write metadata/read'],
  ['repository:acme/other:*', ''],
  ['repository:acme/app/below:*', ''],
  ['registry:catalog:*', ''],
  ['', ''],
])('a token asked for `%s` covers `%s` of acme/app', (asked, actions) => {
  const scopes = parseScopes([asked])
  expect(REPOSITORY_ACTIONS.filter((action) => within(scopes, action, APP)).join(' ')).toBe(actions)
})
