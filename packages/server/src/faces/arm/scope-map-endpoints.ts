import { contract } from '@wharden/api'
import { readJsonBody } from '../../http/read-json-body.ts'
import { deleteScopeMap } from '../../operations/manage/scope-map/delete-scope-map.ts'
import { rulesOfActions } from '../../operations/manage/scope-map/scope-map-actions.ts'
import { createScopeMap, listScopeMaps, showScopeMap } from '../../operations/manage/scope-map/scope-map.ts'
import { updateScopeMap } from '../../operations/manage/scope-map/update-scope-map.ts'
import { accepted, checked } from './accepted.ts'
import { ScopeMapBody } from './bodies.ts'
import type { Call, Methods } from './call.ts'
import { ifThere } from './if-there.ts'
import { pageOf, pageView } from './paging.ts'
import { scopeMapView } from './views.ts'

/** 5,000 lines on long names fit. */
const BODY_LIMIT = 2 * 1024 * 1024
/** Of 250 lines each, a megabyte and a half. */
const PAGE = 100

export function scopeMapsMethods(call: Call): Methods {
  const { house, caller, registry } = call
  return {
    GET: async () => {
      const page = await listScopeMaps(house, caller, { organization: registry.name, ...pageOf(call, PAGE) })
      return { status: 200, body: pageView(call, page, (map) => scopeMapView(registry, map)) }
    },
  }
}

export function scopeMapMethods(call: Call, name: string): Methods {
  const { house, caller, registry } = call
  const one = { organization: registry.name, scopeMap: name }

  /** All there is to say of it: what the body doesn't is as in a new one. */
  async function put() {
    const { description, actions } = await readChange(call)
    const said = { description: description ?? '', repositories: actions ?? [] }
    const there = await ifThere(showScopeMap(house, caller, one))
    if (there === undefined) {
      const input = accepted(contract.scopeMap.create, { organization: registry.name, name, ...said })
      return { status: 201, map: await createScopeMap(house, caller, input) } as const
    }
    const input = accepted(contract.scopeMap.update, { ...one, ...said })
    return { status: 200, map: await updateScopeMap(house, caller, input) } as const
  }

  return {
    GET: async () => {
      const map = await showScopeMap(house, caller, one)
      return { status: 200, body: scopeMapView(registry, map) }
    },
    PUT: async () => {
      const { status, map } = await put()
      return { status, body: scopeMapView(registry, map) }
    },
    PATCH: async () => {
      const { description, actions } = await readChange(call)
      const there = await showScopeMap(house, caller, one)
      if (description === undefined && actions === undefined)
        return { status: 200, body: scopeMapView(registry, there) }
      const input = accepted(contract.scopeMap.update, { ...one, description, repositories: actions })
      return { status: 200, body: scopeMapView(registry, await updateScopeMap(house, caller, input)) }
    },
    DELETE: async () => {
      const there = await ifThere(showScopeMap(house, caller, one))
      if (there === undefined) return { status: 204 }
      await deleteScopeMap(house, caller, one)
      return { status: 200 }
    },
  }
}

/** What is named of a scope map; what is absent or null is not. */
async function readChange({ request }: Call) {
  const { properties } = checked(ScopeMapBody, await readJsonBody(request, BODY_LIMIT))
  return {
    description: properties.description ?? undefined,
    actions: properties.actions == null ? undefined : rulesOfActions(properties.actions),
  }
}
