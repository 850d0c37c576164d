import { listed, shorten } from './words.ts'

const MOST = 20
const LONGEST = 60

/** Names of a list that may be long: the first twenty, and how many there are besides. */
export function nameSome(names: readonly string[]): string {
  const some = names.slice(0, MOST).map((name) => `\`${shorten(name, LONGEST)}\``)
  return listed(names.length > MOST ? [...some, `${names.length - MOST} more`] : some)
}
