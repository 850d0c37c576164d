/** Scope maps as Azure's clients manage them. */
import { describe, expect, it } from 'vitest'
import { armBed } from './arm-bed.ts'
import { describeServer } from './describe-server.ts'
import { demand } from './images.ts'

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describeServer('scope maps by Azure’s control plane', (server) => {
  const { arm, registryId } = armBed(server)
  const put = (name: string, properties: object) => arm('PUT', `scopeMaps/${name}`, { body: { properties } })

  it('is made, shown, replaced, changed and deleted', async () => {
    const actions = ['repositories/samples/nginx/content/read', 'repositories/samples/*/metadata/read']
    const made = demand(await put('MyScopeMap', { description: 'Sample map', actions }), 201).json
    expect(made).toEqual({
      id: `${registryId()}/scopeMaps/MyScopeMap`,
      name: 'MyScopeMap',
      type: 'Microsoft.ContainerRegistry/registries/scopeMaps',
      systemData: { createdAt: INSTANT },
      properties: {
        description: 'Sample map',
        type: 'UserDefined',
        creationDate: INSTANT,
        provisioningState: 'Succeeded',
        actions,
      },
    })
    expect(demand(await arm('GET', 'scopeMaps/MyScopeMap'), 200).json).toEqual(made)
  })
})
