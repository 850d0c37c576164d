import { denied, NOTHING, type Check } from './asking.ts'

/** Does the request come from where it may? */
export const checkAddress: Check = ({ facts: { address } }) => {
  if (address === undefined) return [denied({ type: 'missing-fact', fact: 'address' })]
  return address.type === 'outside' ? [denied({ type: 'address', client: address.client })] : NOTHING
}
