/** Lets so many through at once; the others wait in line. */
export type Gate = <Value>(act: () => Promise<Value>) => Promise<Value>

export function createGate(limit: number): Gate {
  const line: (() => void)[] = []
  let inside = 0
  return async (act) => {
    if (inside >= limit) await new Promise<void>((resolve) => line.push(resolve))
    else inside += 1
    try {
      return await act()
    } finally {
      const next = line.shift()
      if (next === undefined) inside -= 1
      else next() // takes this one's place
    }
  }
}
