import type { OrganizationRecord } from '../stores/metadata/port/accounts.ts'
import type { Json, JsonObject } from '../stores/metadata/port/page.ts'

/** Days that tokens of a kind may live here; null: as long as whoever makes them likes. */
export type MaximumLifetimes = {
  readonly pat: number | null
  readonly oat: number | null
  readonly 'registry-token': number | null
  readonly 'service-principal': number | null
}

/** What an organization has chosen for itself. The store keeps it as JSON; this is the one place that reads it. */
export type OrganizationSettings = {
  /** What a repository is that a push creates. */
  readonly defaultVisibility: 'public' | 'private'
  /** Whether a deactivated organization access token may be activated again; Docker's can only be deleted. */
  readonly allowReactivation: boolean
  readonly maximumLifetimes: MaximumLifetimes
  /** Pulls of each member by personal credentials, in each window; null: any. */
  readonly userPullLimit: number | null
  /** Of each address without a credential. */
  readonly anonymousPullLimit: number | null
}

/** What is absent stays as it is. */
export type SettingsChange = {
  readonly defaultVisibility?: 'public' | 'private' | undefined
  readonly allowReactivation?: boolean | undefined
  readonly maximumLifetimes?:
    | { readonly [Kind in keyof MaximumLifetimes]?: number | null | undefined }
    | undefined
  readonly userPullLimit?: number | null | undefined
  readonly anonymousPullLimit?: number | null | undefined
}

/** What was never said is as it is for a new organization. */
export function settingsOf({ settings }: Pick<OrganizationRecord, 'settings'>): OrganizationSettings {
  const lifetimes = settings['maximumLifetimes']
  const pulls = pullLimitsOf({ settings })
  return {
    defaultVisibility: settings['defaultVisibility'] === 'public' ? 'public' : 'private',
    allowReactivation: settings['allowReactivation'] !== false,
    maximumLifetimes: {
      pat: days(lifetimes, 'pat'),
      oat: days(lifetimes, 'oat'),
      'registry-token': days(lifetimes, 'registry-token'),
      'service-principal': days(lifetimes, 'service-principal'),
    },
    userPullLimit: pulls.user ?? null,
    anonymousPullLimit: pulls.anonymous ?? null,
  }
}

/** As `settingsOf`; looked at for each pull. */
export function pullLimitsOf({ settings }: Pick<OrganizationRecord, 'settings'>) {
  return { user: limit(settings['userPullLimit']), anonymous: limit(settings['anonymousPullLimit']) }
}

function limit(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The settings after a change, as the store keeps them; what a newer version has added stays. */
export function changedSettings(
  before: Pick<OrganizationRecord, 'settings'>,
  {
    defaultVisibility,
    allowReactivation,
    maximumLifetimes,
    userPullLimit,
    anonymousPullLimit,
  }: SettingsChange,
): JsonObject {
  const present = settingsOf(before)
  return {
    ...before.settings,
    defaultVisibility: defaultVisibility ?? present.defaultVisibility,
    allowReactivation: allowReactivation ?? present.allowReactivation,
    maximumLifetimes: { ...present.maximumLifetimes, ...said(maximumLifetimes ?? {}) },
    userPullLimit: userPullLimit === undefined ? present.userPullLimit : userPullLimit,
    anonymousPullLimit: anonymousPullLimit === undefined ? present.anonymousPullLimit : anonymousPullLimit,
  }
}

function said(lifetimes: NonNullable<SettingsChange['maximumLifetimes']>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(lifetimes).flatMap(([kind, value]) => (value === undefined ? [] : [[kind, value]])),
  )
}

function days(lifetimes: Json | undefined, kind: keyof MaximumLifetimes): number | null {
  if (typeof lifetimes !== 'object' || lifetimes === null || Array.isArray(lifetimes)) return null
  const value = (lifetimes as JsonObject)[kind] // not an array, as was just seen
  return typeof value === 'number' ? value : null
}
