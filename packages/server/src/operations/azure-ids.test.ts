import type { AccountName, OrganizationId } from '@wharden/policy'
import { expect, test } from 'vitest'
import { resourceIdOf, subscriptionOf, tenantOfInstallation } from './azure-ids.ts'

const ORGANIZATION = '019aa5f0-1234-7000-8000-00000000000a' as OrganizationId

test('a GUID stays what it was: clients keep it', () => {
  expect(subscriptionOf(ORGANIZATION)).toMatchInlineSnapshot(`"715ae0c8-4abc-8a7f-b563-d4c25ffd7832"`)
  expect(tenantOfInstallation('registry.example.com')).toMatchInlineSnapshot(
    `"3c0285fe-13f0-8d65-a90d-96503b736b16"`,
  )
})

test('a GUID is one, of the version for bits of our own', () => {
  expect(subscriptionOf(ORGANIZATION)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})

test('one id gives different GUIDs for different purposes', () => {
  expect(subscriptionOf(ORGANIZATION)).not.toBe(tenantOfInstallation(ORGANIZATION))
})

test('a registry is in a resource group of its own name', () => {
  expect(resourceIdOf({ id: ORGANIZATION, name: 'myregistry' as AccountName })).toBe(
    `/subscriptions/${subscriptionOf(ORGANIZATION)}/resourceGroups/myregistry/providers/Microsoft.ContainerRegistry/registries/myregistry`,
  )
})
