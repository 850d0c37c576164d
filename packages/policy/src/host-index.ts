import { coversHost, type HostAndPort, type HostPattern } from './host-pattern.ts'

/** No host is called so. */
const ANY = '**'

/** Rules by the host they name: looking a host up costs its labels, not the number of rules. */
export type HostIndex<Rule> = {
  readonly byHost: ReadonlyMap<string, readonly Rule[]>
  readonly ofAny: readonly Rule[]
}

export function createHostIndex<Rule extends { readonly host: HostPattern }>(
  rules: readonly Rule[],
): HostIndex<Rule> {
  const byHost = Map.groupBy(rules, ({ host }) => (host.type === 'any' ? ANY : host.host))
  return { byHost, ofAny: byHost.get(ANY) ?? [] }
}

/** Every rule that covers the host. */
export function rulesFor<Rule extends { readonly host: HostPattern }>(
  index: HostIndex<Rule>,
  asked: HostAndPort,
): readonly Rule[] {
  const candidates = [...index.ofAny]
  for (let at = 0; at >= 0; at = nextLabel(asked.host, at)) {
    candidates.push(...(index.byHost.get(asked.host.slice(at)) ?? []))
  }
  return candidates.filter((rule) => coversHost(rule.host, asked))
}

/** Where the label after the one at `at` begins, or -1. */
function nextLabel(host: string, at: number): number {
  const dot = host.indexOf('.', at)
  return dot < 0 ? -1 : dot + 1
}
