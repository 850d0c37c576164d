import type { SigningKeyRow, SigningKeyRows } from './signing-key-rows.ts'

/** Signing keys in memory: for tests and benchmarks, and as the shortest telling of what the port promises. */
export function memorySigningKeyRows(): SigningKeyRows & { readonly all: () => readonly SigningKeyRow[] } {
  const rows = new Map<string, SigningKeyRow>()
  return {
    all: () => [...rows.values()],
    list: () => Promise.resolve([...rows.values()].filter(({ state }) => state !== 'gone')),
    insert(row) {
      if (rows.has(row.kid))
        return Promise.reject(new Error(`the signing key \`${row.kid}\` is there already`))
      const rivals = [...rows.values()].filter(
        ({ family, state }) => family === row.family && state === row.state,
      )
      if (rivals.length > 0) return Promise.resolve(false)
      rows.set(row.kid, row)
      return Promise.resolve(true)
    },
    update(from, row) {
      if (rows.get(row.kid)?.state !== from) return Promise.resolve(false)
      rows.set(row.kid, row)
      return Promise.resolve(true)
    },
  }
}
