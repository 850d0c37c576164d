/** Something breaks again and again while clients work, and nothing that was acknowledged may be lost. */
import { administer } from '../support/administrator.ts'
import { createRandom } from '../support/random.ts'
import { openReplicas, type Replicas } from '../support/replicas.ts'
import type { Fault } from './faults.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createStubbornClient } from './stubborn-client.ts'
import { verifyLedger } from './verify.ts'
import { actOnce, type Worker } from './worker.ts'

export type FaultOptions = {
  readonly times: number
  readonly workers: number
  readonly seed: number
  readonly progress: (line: string) => void
}

const ORGANIZATION = 'acme'
/** What is looked at after each time; at the end it is everything. */
const NEWEST = 8

/** @returns what was acknowledged, and every claim that didn't hold */
export async function runFault(fault: Fault, options: FaultOptions): Promise<Ledger> {
  const replicas = await openReplicas(fault.on)
  const ledger = createLedger()
  try {
    const workers = await hire(replicas, ledger, options)
    const reader = {
      client: createStubbornClient(replicas),
      login: workers[0]?.writer ?? { name: '', secret: '' },
    }
    let ending = false
    const toil = Promise.all(workers.map((worker) => work(worker, () => !ending)))
    const random = createRandom(options.seed)
    for (let time = 1; time <= options.times && ledger.problems.length === 0; time += 1) {
      await fault.strike(replicas, random)
      await verifyLedger(reader, ledger, NEWEST)
      if (time % 10 === 0) options.progress(`${time} times: ${describe(ledger)}`)
    }
    ending = true
    await toil
    await verifyLedger(reader, ledger)
    await verifyLogs(workers, ledger)
    for (const { client } of [...workers, reader]) client.close()
    options.progress(`the end: ${describe(ledger)}`)
    return ledger
  } finally {
    await replicas.close()
  }
}

async function hire(
  replicas: Replicas,
  ledger: Ledger,
  { workers, seed }: FaultOptions,
): Promise<readonly Worker[]> {
  const [first] = replicas.all
  if (first === undefined) throw new Error('there is no server')
  const admin = await administer(first.launched())
  await admin.organization(ORGANIZATION)
  const permissions = ['content/read', 'content/write', 'content/delete', 'metadata/read']
  return Promise.all(
    Array.from({ length: workers }, async (_, number): Promise<Worker> => {
      const place = `work/${number}`
      const rules = [{ repository: 'work/*', permissions }]
      const { credentials } = await admin.registryToken(ORGANIZATION, `writer-${number}`, rules)
      const repository = `${ORGANIZATION}/${place}`
      const tag = { repository, tag: 'latest', acknowledged: undefined, asked: [] }
      ledger.tags.push(tag)
      return {
        client: createStubbornClient(replicas),
        ledger,
        random: createRandom(seed + 1 + number),
        organization: ORGANIZATION,
        repository,
        writer: { name: credentials.username, secret: credentials.password },
        bearer: admin.bearer,
        tag,
      }
    }),
  )
}

async function work(worker: Worker, goOn: () => boolean): Promise<void> {
  while (goOn() && worker.ledger.problems.length === 0) {
    await actOnce(worker).catch((problem: unknown) => void worker.ledger.problems.push(String(problem)))
  }
}

/** Both logs survive being cut off: their hashes are right. */
async function verifyLogs(workers: readonly Worker[], ledger: Ledger): Promise<void> {
  const [worker] = workers
  for (const query of ['', `?organization=${ORGANIZATION}`]) {
    const answer = await worker?.client.again('GET', `/api/v1/audit/verification${query}`, {
      token: worker.bearer,
    })
    if (answer?.json.type !== 'intact') ledger.problems.push(`the audit log (${query}): ${answer?.text}`)
  }
}

function describe({ acknowledged, images, tokens, problems }: Ledger): string {
  const there = images.filter(({ state }) => state === 'there').length
  const unknown = images.filter(({ state }) => state === 'asked' || state === 'leaving').length
  return `${acknowledged} acts acknowledged, ${there} images there, ${unknown} uncertain, ${tokens.length} tokens, ${problems.length} problems`
}
