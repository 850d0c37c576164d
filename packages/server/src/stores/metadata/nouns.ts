import type { ChangeNouns, ContentNouns, ReadNouns, SingleNouns } from './port.ts'
import { activity, activityReader } from './nouns/activity.ts'
import { auditReader } from './nouns/audit.ts'
import { blobReader, blobRefresh, blobs } from './nouns/blobs.ts'
import { collection, collectionReader } from './nouns/collection.ts'
import { companies, companyReader } from './nouns/companies.ts'
import { credentialBarReader, credentialBars } from './nouns/credential-bars.ts'
import { credentialReader, credentials } from './nouns/credentials.ts'
import { credentialUse } from './nouns/credential-use.ts'
import { groupReader, groups } from './nouns/groups.ts'
import { guardReader, guards } from './nouns/guards.ts'
import { inviteEnds } from './nouns/invite-ends.ts'
import { inviteReader, invites } from './nouns/invites.ts'
import { leases } from './nouns/leases.ts'
import { manifestReader, manifests } from './nouns/manifests.ts'
import { membershipReader, memberships } from './nouns/memberships.ts'
import { organizationReader, organizations } from './nouns/organizations.ts'
import { policies, policyReader } from './nouns/policies.ts'
import { pullCountReader, pullCounts } from './nouns/pull-counts.ts'
import { refusalReader, refusals } from './nouns/refusals.ts'
import { repositories, repositoryActivation, repositoryReader } from './nouns/repositories.ts'
import { scopeMapReader, scopeMaps } from './nouns/scope-maps.ts'
import { settingReader, settings } from './nouns/settings.ts'
import { setupLinkReader, setupLinks } from './nouns/setup-links.ts'
import { signingKeyReader, signingKeys } from './nouns/signing-keys.ts'
import { tagReader, tags } from './nouns/tags.ts'
import { uploadReader, uploads, uploadSteps } from './nouns/uploads.ts'
import { userReader, users } from './nouns/users.ts'
import type { Session, TransactionSession } from './session.ts'

export function readNouns(session: Session): ReadNouns {
  return {
    organizations: organizationReader(session),
    users: userReader(session),
    memberships: membershipReader(session),
    companies: companyReader(session),
    groups: groupReader(session),
    invites: inviteReader(session),
    repositories: repositoryReader(session),
    credentials: credentialReader(session),
    credentialBars: credentialBarReader(session),
    scopeMaps: scopeMapReader(session),
    blobs: blobReader(session),
    manifests: manifestReader(session),
    tags: tagReader(session),
    uploads: uploadReader(session),
    collection: collectionReader(session),
    policies: policyReader(session),
    guards: guardReader(session),
    signingKeys: signingKeyReader(session),
    setupLinks: setupLinkReader(session),
    settings: settingReader(session),
    audit: auditReader(session),
    activity: activityReader(session),
    refusals: refusalReader(session),
    pullCounts: pullCountReader(session),
  }
}

export function singleNouns(session: Session): SingleNouns {
  return {
    uploads: uploadSteps(session),
    leases: leases(session),
    blobs: blobRefresh(session),
    refusals: refusals(session),
    invites: inviteEnds(session),
    pullCounts: pullCounts(session),
  }
}

export function contentNouns(session: TransactionSession): ContentNouns {
  return {
    ...readNouns(session),
    repositories: { ...repositoryReader(session), ...repositoryActivation(session) },
    credentials: { ...credentialReader(session), ...credentialUse(session) },
    blobs: blobs(session),
    manifests: manifests(session),
    tags: tags(session),
    uploads: uploads(session),
    leases: leases(session),
    activity: activity(session),
    refusals: refusals(session),
  }
}

/** What only a change may alter; who wrote it and when is the change's own part. */
export function administrationNouns(
  session: TransactionSession,
): Omit<ChangeNouns, 'version' | 'record' | 'announce' | 'join'> {
  return {
    ...contentNouns(session),
    organizations: organizations(session),
    users: users(session),
    memberships: memberships(session),
    companies: companies(session),
    groups: groups(session),
    invites: invites(session),
    repositories: repositories(session),
    credentials: credentials(session),
    credentialBars: credentialBars(session),
    scopeMaps: scopeMaps(session),
    policies: policies(session),
    guards: guards(session),
    signingKeys: signingKeys(session),
    setupLinks: setupLinks(session),
    settings: settings(session),
    collection: collection(session),
  }
}
