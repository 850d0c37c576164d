import type { Act } from './act.ts'
import { administer } from './acts/administer.ts'
import { pull } from './acts/pull.ts'
import { push } from './acts/push.ts'
import { remove } from './acts/remove.ts'
import { revoke } from './acts/revoke.ts'
import { signIn } from './acts/sign-in.ts'

/** Who does what, in parts of a hundred. Collecting garbage is the servers' own doing, all the while. */
export const ACTS: Readonly<Record<string, { readonly share: number; readonly act: Act }>> = {
  pull: { share: 90, act: pull },
  push: { share: 3, act: push },
  signIn: { share: 2, act: signIn },
  administer: { share: 1, act: administer },
  revoke: { share: 1, act: revoke },
  remove: { share: 3, act: remove },
}
