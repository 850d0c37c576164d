import type { Client } from '../client/open-client.ts'
import { largeFiles, sweepPushed, type Image } from '../registries/image.ts'
import type { Registry } from '../registries/registry.ts'
import type { RowTitle, Sample } from '../report/results.ts'
import { requestText } from './compared.ts'
import { measure } from './measure.ts'

export const BESIDE_PUSH: RowTitle = {
  id: 'manifest-beside-push',
  title: 'manifest GET while a 256 MiB push runs',
  unit: '1,000 operations',
}

/** Manifests are asked for by some clients that think in between, while another pushes 256 MiB again and again. */
export async function measureBesidePush(
  [pulling, pushing]: readonly [Client, Client],
  registry: Registry,
  image: Image,
  { round, milliseconds }: { readonly round: number; readonly milliseconds: number },
): Promise<Sample> {
  const { plain, repository, blobs } = registry
  const token = await registry.token(plain)
  const least = image.large.bytes.length
  const before = new Set(await largeFiles(blobs, least))
  const pushed = pushing.perform({
    type: 'push',
    door: plain,
    token,
    repository,
    bytes: least,
    atOnce: 1,
    milliseconds,
  })
  const measured = await measure(pulling, plain.pids, '1,000 operations', {
    type: 'requests',
    doors: [plain],
    connections: 4,
    thinkMilliseconds: 5,
    milliseconds,
    status: 200,
    requests: [requestText('GET', `/v2/${repository}/manifests/${image.tag}`, token)],
  })
  await pushed
  await sweepPushed(registry, before, least)
  return { row: BESIDE_PUSH.id, registry: registry.name, round, ...measured }
}
