import { expect, test } from 'vitest'
import { MYREGISTRY, patternOf } from '../test/company.ts'
import { compileGrants } from './grant-set.ts'
import { uniteGrants } from './unite-grants.ts'

test("a scope map's rights are shared with who has rules of another sort, not copied", () => {
  const map = compileGrants([
    { rule: 'one', pattern: patternOf('samples/nginx'), actions: ['content/read'] },
    {
      rule: 'two',
      pattern: { type: 'under', organization: MYREGISTRY, prefix: 'a/' },
      actions: ['content/read'],
    },
  ])
  const own = compileGrants([{ rule: 'own', pattern: patternOf('docker.io/*'), actions: ['content/read'] }])
  const united = uniteGrants(own, map)
  expect(united.repositories).toBe(map.repositories)
  expect(united.under).toBe(map.under)
  expect(united.upstream).toBe(own.upstream)
  expect(uniteGrants(compileGrants([]), map)).toEqual(map)
})
