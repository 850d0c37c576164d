/** Writes without end, eight changes at a time, and says each name once its change is done. Killed by `contract/crash.ts`. */
import { randomBytes } from 'node:crypto'
import { parseAccountName, type AccountName } from '@wharden/policy'
import { openMetadataStore, type MetadataLocation } from '../src/stores/metadata/open.ts'

const location: MetadataLocation = JSON.parse(process.argv[2] ?? '')
const store = await openMetadataStore(location)
const actor = { type: 'system', id: 'writer', name: 'writer' } as const

await Promise.all(Array.from({ length: 8 }, writeWithoutEnd))

async function writeWithoutEnd(): Promise<never> {
  for (;;) {
    const name = newName()
    await store.change(store.installation, actor, async (tx) => {
      const organization = await tx.organizations.create({ name })
      const user = await tx.users.create({ name: newName() })
      if (organization === undefined || user === undefined) throw new Error('a random name was taken')
      await tx.memberships.put(organization.id, user.id, 'owner')
      await tx.record({ type: 'organization_created', detail: { name } })
    })
    process.stdout.write(`${name}\n`)
  }
}

function newName(): AccountName {
  const name = parseAccountName(`w-${randomBytes(8).toString('hex')}`)
  if (name.type === 'error') throw new Error('not a name')
  return name.value
}
