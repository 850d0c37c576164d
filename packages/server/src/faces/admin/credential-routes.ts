import { deleteScopeMap } from '../../operations/manage/scope-map/delete-scope-map.ts'
import { createScopeMap, listScopeMaps, showScopeMap } from '../../operations/manage/scope-map/scope-map.ts'
import { updateScopeMap } from '../../operations/manage/scope-map/update-scope-map.ts'
import { createServicePrincipal } from '../../operations/manage/service-principal/create-service-principal.ts'
import { rotateServicePrincipal } from '../../operations/manage/service-principal/rotate-service-principal.ts'
import {
  deleteServicePrincipal,
  listServicePrincipals,
  showServicePrincipal,
} from '../../operations/manage/service-principal/service-principal.ts'
import { updateServicePrincipal } from '../../operations/manage/service-principal/update-service-principal.ts'
import { createScopeMapTokens } from '../../operations/manage/token/create-scope-map-tokens.ts'
import { createToken } from '../../operations/manage/token/create-token.ts'
import {
  barPersonalToken,
  listPersonalTokens,
  unbarPersonalToken,
} from '../../operations/manage/token/personal-token.ts'
import { deletePasswords } from '../../operations/manage/token/delete-passwords.ts'
import { generatePasswords } from '../../operations/manage/token/generate-passwords.ts'
import type { PasswordName } from '../../operations/manage/token/new-token.ts'
import { renewToken } from '../../operations/manage/token/renew-token.ts'
import { rotateToken } from '../../operations/manage/token/rotate-token.ts'
import { updateToken } from '../../operations/manage/token/update-token.ts'
import { listScopeMapTokens } from '../../operations/manage/token/list-scope-map-tokens.ts'
import { listTokens } from '../../operations/manage/token/list-tokens.ts'
import { deleteToken, showToken } from '../../operations/manage/token/token.ts'
import type { Routing } from './open-routing.ts'

/** Tokens of every kind, scope maps and service principals: the part of the contract that makes credentials for machines. */
export function credentialRoutes({ os, by }: Routing) {
  return {
    token: {
      create: os.token.create.handler(by(createToken)),
      list: os.token.list.handler(by(listTokens)),
      show: os.token.show.handler(by(showToken)),
      update: os.token.update.handler(by(updateToken)),
      delete: os.token.delete.handler(by(deleteToken)),
    },
    tokenSecret: {
      renew: os.tokenSecret.renew.handler(by(renewToken)),
      rotate: os.tokenSecret.rotate.handler(by(rotateToken)),
    },
    tokenPassword: {
      generate: os.tokenPassword.generate.handler(by(generatePasswords)),
      delete: os.tokenPassword.delete.handler(
        by(async (at, caller, { token, name }: { readonly token: string; readonly name: PasswordName }) =>
          deletePasswords(at, caller, { token, names: [name] }),
        ),
      ),
    },
    personalToken: {
      list: os.personalToken.list.handler(by(listPersonalTokens)),
      bar: os.personalToken.bar.handler(by(barPersonalToken)),
      unbar: os.personalToken.unbar.handler(by(unbarPersonalToken)),
    },
    scopeMap: {
      create: os.scopeMap.create.handler(by(createScopeMap)),
      list: os.scopeMap.list.handler(by(listScopeMaps)),
      show: os.scopeMap.show.handler(by(showScopeMap)),
      update: os.scopeMap.update.handler(by(updateScopeMap)),
      delete: os.scopeMap.delete.handler(by(deleteScopeMap)),
    },
    scopeMapToken: {
      create: os.scopeMapToken.create.handler(by(createScopeMapTokens)),
      list: os.scopeMapToken.list.handler(by(listScopeMapTokens)),
    },
    servicePrincipal: {
      create: os.servicePrincipal.create.handler(by(createServicePrincipal)),
      list: os.servicePrincipal.list.handler(by(listServicePrincipals)),
      show: os.servicePrincipal.show.handler(by(showServicePrincipal)),
      update: os.servicePrincipal.update.handler(by(updateServicePrincipal)),
      rotate: os.servicePrincipal.rotate.handler(by(rotateServicePrincipal)),
      delete: os.servicePrincipal.delete.handler(by(deleteServicePrincipal)),
    },
  }
}
