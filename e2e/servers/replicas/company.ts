/** A small company on several replicas, as every test here wants it: an administrator, `acme`, and a robot that may do everything there. */
import {
  createClient,
  type Answer,
  type Client,
  type Login,
  type Sent,
} from '../../../packages/server/test/client.ts'
import { administer, type Administrator } from '../../support/administrator.ts'
import { openReplicas, type Replica, type Replicas, type ReplicasOptions } from '../../support/replicas.ts'

export type Company = {
  readonly replicas: Replicas
  readonly admin: Administrator
  /** Pulls, pushes and deletes in all of `acme`. */
  readonly robot: Login
  /** One request to that replica, counted from 0, by the name that clients know them all by. */
  readonly send: (at: number, method: string, path: string, sent?: Sent) => Promise<Answer>
  /** The registry token of a login, made by that replica. */
  readonly token: (at: number, as: Login, scope: string) => Promise<string>
  readonly replica: (at: number) => Replica
  readonly close: () => Promise<void>
}

const EVERYTHING = ['scope-image-pull', 'scope-image-push', 'scope-image-delete']

export async function openCompany(options: Partial<ReplicasOptions> = {}): Promise<Company> {
  const replicas = await openReplicas({ count: 2, settings: {}, ...options })
  const clients = replicas.all.map(({ port }) => createClient(port))
  const replica = (at: number) => required(replicas.all[at])
  const client = (at: number): Client => required(clients[at])
  const send: Company['send'] = (at, method, path, sent = {}) =>
    client(at).send(method, path, { ...sent, headers: { host: replicas.host, ...sent.headers } })
  const admin = await administer(replica(0).launched())
  await admin.organization('acme')
  const issued = await admin.organizationToken('acme', 'robot', {
    repositories: [{ repository: '*', permissions: EVERYTHING }],
  })
  return {
    replicas,
    admin,
    robot: loginOf(issued.credentials),
    send,
    async token(at, as, scope) {
      const query = new URLSearchParams({ service: replicas.host, scope })
      const answer = await send(at, 'GET', `/token?${query.toString()}`, { as })
      if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`)
      return answer.json.token
    },
    replica,
    async close() {
      for (const one of clients) one.close()
      await replicas.close()
    },
  }
}

export function loginOf({
  username,
  password,
}: {
  readonly username: string
  readonly password: string
}): Login {
  return { name: username, secret: password }
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('there is no such replica')
  return value
}
