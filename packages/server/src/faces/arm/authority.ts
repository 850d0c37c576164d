/**
 * Signs service principals in: as much of Active Directory Federation Services as az and Azure's SDKs ask of an authority.
 * Nobody verifies its tokens but this server, so it publishes no keys.
 */
import { AppError } from '../../errors.ts'
import { act } from './act.ts'
import type { Asked, Methods, Reply } from './call.ts'
import { openIdConfiguration } from './discovery.ts'
import { notForPeople, signIn } from './sign-in.ts'

/** @throws {AppError} or {OAuthError} */
export async function askAuthority(asked: Asked): Promise<Reply> {
  const [path = ''] = (asked.request.url ?? '').toLowerCase().split('?', 1)
  // az looks a directory up that is not named by its GUID: whatever it is called, it is this one.
  const asOne = path.replace(/^\/adfs\/[^/]+\/(?=\.well-known\/)/, '/adfs/')
  return act(asked, methodsAt(asked, asOne))
}

function methodsAt(asked: Asked, path: string): Methods {
  switch (path) {
    case '/adfs/.well-known/openid-configuration':
      return { GET: async () => ({ status: 200, body: openIdConfiguration(asked.address) }) }
    case '/adfs/discovery/keys':
      return { GET: async () => ({ status: 200, body: { keys: [] } }) }
    case '/adfs/oauth2/token':
      return { POST: async () => ({ status: 200, body: await signIn(asked) }) }
    case '/adfs/oauth2/authorize':
      return { GET: refusePeople, POST: refusePeople }
    case '/adfs/oauth2/devicecode':
      return { POST: refusePeople }
    default:
      throw new AppError(
        'not-found',
        'this is no address of the authority: begin at `/adfs/.well-known/openid-configuration`',
      )
  }
}

async function refusePeople(): Promise<never> {
  throw notForPeople()
}
