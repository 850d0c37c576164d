/**
 * What every implementation of the port must do, run on both databases by `sqlite.test.ts` and `postgres.test.ts`. Its parts are
 * in `contract/`; each opens a store of its own.
 */
import { accountsContract } from './contract/accounts.ts'
import { administrationContract } from './contract/administration.ts'
import { collectionContract } from './contract/collection.ts'
import { companiesContract } from './contract/companies.ts'
import { contentContract } from './contract/content.ts'
import { contentListsContract } from './contract/content-lists.ts'
import { crashContract } from './contract/crash.ts'
import { credentialEndsContract } from './contract/credential-ends.ts'
import { credentialsContract } from './contract/credentials.ts'
import { groupsContract } from './contract/groups.ts'
import type { Harness } from './contract/harness.ts'
import { installationContract } from './contract/installation.ts'
import { invitesContract } from './contract/invites.ts'
import { manyCredentialsContract } from './contract/many-credentials.ts'
import { logsContract } from './contract/logs.ts'
import { pullCountsContract } from './contract/pull-counts.ts'
import { registryTokensContract } from './contract/registry-tokens.ts'
import { repositoriesContract } from './contract/repositories.ts'
import { transactionsContract } from './contract/transactions.ts'
import { uploadsContract } from './contract/uploads.ts'

export function metadataStoreContract(harness: Harness): void {
  transactionsContract(harness)
  administrationContract(harness)
  accountsContract(harness)
  companiesContract(harness)
  groupsContract(harness)
  invitesContract(harness)
  credentialsContract(harness)
  registryTokensContract(harness)
  manyCredentialsContract(harness)
  credentialEndsContract(harness)
  repositoriesContract(harness)
  contentContract(harness)
  contentListsContract(harness)
  uploadsContract(harness)
  collectionContract(harness)
  logsContract(harness)
  pullCountsContract(harness)
  installationContract(harness)
  crashContract(harness)
}
