/** `report` refuses nothing and says what it would have refused. */
export const POLICY_MODES = ['off', 'report', 'enforce'] as const
export type PolicyMode = (typeof POLICY_MODES)[number]
