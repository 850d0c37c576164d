import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from './api-contract.ts'

/** What a client of the API looks like: `client.noun.verb(input)`, typed by the contract. */
export type ApiClient = ContractRouterClient<Contract>
