import { activity } from './activity.ts'
import { audit } from './audit.ts'
import { company } from './company.ts'
import { decision } from './decision.ts'
import { gc } from './gc.ts'
import { group } from './group.ts'
import { guard } from './guard.ts'
import { image } from './image.ts'
import { invite } from './invite.ts'
import { key } from './key.ts'
import { lock } from './lock.ts'
import { member } from './member.ts'
import { organization } from './organization.ts'
import { personalToken } from './personal-token.ts'
import { policy } from './policy.ts'
import { repository } from './repository.ts'
import { scopeMap } from './scope-map.ts'
import { scopeMapToken } from './scope-map-token.ts'
import { servicePrincipal } from './service-principal.ts'
import { session } from './session.ts'
import { setup } from './setup.ts'
import { system } from './system.ts'
import { tokenPassword } from './token-password.ts'
import { tokenSecret } from './token-secret.ts'
import { token } from './token.ts'
import { user } from './user.ts'

/** The whole administration API: noun, then verb. */
export const contract = {
  setup,
  session,
  organization,
  company,
  user,
  member,
  group,
  invite,
  repository,
  lock,
  image,
  token,
  tokenSecret,
  tokenPassword,
  personalToken,
  scopeMap,
  scopeMapToken,
  servicePrincipal,
  policy,
  decision,
  guard,
  key,
  audit,
  activity,
  gc,
  system,
}

export type Contract = typeof contract
