/**
 * The story of Microsoft's page on repository-scoped permissions: its commands, as they stand and in their order, by az, and
 * then with `wharden` for `az acr`. What it says of docker holds for docker, podman and skopeo. Each test goes on where the one
 * before ended. Lines of ours, without which the next step has nothing to begin with, are marked `added`.
 * https://learn.microsoft.com/azure/container-registry/container-registry-token-based-repository-permissions
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from './support/administrator.ts'
import { openAzure, type Azure } from './support/azure.ts'
import { idOf, INSTANT, passwordsJson, scopeMapJson, SECRET, tokenJson } from './support/azure-json.ts'
import type { Client } from './support/clients/client.ts'
import { createDocker } from './support/clients/docker.ts'
import { createPodman } from './support/clients/podman.ts'
import { createSkopeo } from './support/clients/skopeo.ts'
import { describeWith } from './support/describe-with.ts'
import { startDockerd, type Dockerd } from './support/dockerd.ts'
import { succeeded, type Ran } from './support/run.ts'
import { openTerminal, type Terminal } from './support/terminal.ts'
import { makeTinyImage } from './support/tiny-image.ts'

const REGISTRY = 'myregistry.registry.test:5443'
const HELLO = `${REGISTRY}/samples/hello-world:v1`
const NGINX = `${REGISTRY}/samples/nginx:v1`

/** The page's sample output leaves the second out, yet the token pulls `samples/hello-world`. */
const ACTIONS = [
  'repositories/samples/hello-world/content/write',
  'repositories/samples/hello-world/content/read',
  'repositories/samples/nginx/content/read',
]

/** az has another name for one of the page's fields since, and none for another; `wharden` has them all. */
const COMMAND_LINES = [
  {
    name: 'az',
    words: (script: string) => script,
    ofToken: {},
    ofScopeMap: { typePropertiesType: 'UserDefined' },
  },
  {
    name: 'wharden',
    words: (script: string) =>
      script.replaceAll('az acr login', 'wharden registry login').replaceAll('az acr', 'wharden'),
    ofToken: { objectId: null },
    ofScopeMap: { typePropertiesType: 'UserDefined', scopeMapType: 'UserDefined' },
  },
] as const

describeWith(['az', 'dockerd', 'docker', 'podman', 'skopeo'], 'repository-scoped permissions', () => {
  /** What each command line printed of all that it made and changed. */
  const printed: Record<string, object[]> = {}

  describe.each(COMMAND_LINES)('by $name', ({ name, words, ofToken, ofScopeMap }) => {
    let azure: Azure
    let dockerd: Dockerd
    let terminal: Terminal
    let clients: readonly Client[]

    beforeAll(async () => {
      azure = await openAzure()
      const { world, wharden } = azure
      dockerd = await startDockerd(world, 'classic')
      terminal = openTerminal(world, name, {
        DOCKER_HOST: dockerd.host,
        WHARDEN_SERVER: `https://${wharden.registry}`,
        WHARDEN_CA: join(wharden.directory, 'ca.crt'),
      })
      clients = [createDocker(world, dockerd), createPodman(world), createSkopeo(world)]
      const publisher = createSkopeo(world)
      succeeded(await publisher.signIn(REGISTRY, (await azure.token('Publisher')).credentials))
      for (const image of [HELLO, NGINX]) succeeded(await publisher.push(makeTinyImage(world), image))
    })

    afterAll(async () => {
      await dockerd?.close()
      await azure?.close()
    })

    const type = async (script: string) => succeeded(await terminal.type(words(script))).stdout
    /** What it printed: az prints JSON unless told otherwise, and `wharden` where told to. */
    const show = async (script: string) => {
      const json = JSON.parse(await type(`${script} --output json`))
      ;(printed[name] ??= []).push(json)
      return json
    }
    const refused = async (script: string) => {
      const { exitCode, output } = await terminal.type(words(script))
      return exitCode === 0 ? 'allowed' : output
    }

    /** Each client's outcome. */
    async function all(use: (client: Client) => Promise<Ran | undefined>): Promise<readonly string[]> {
      return Promise.all(clients.map(async (client) => outcome(await use(client))))
    }
    const push = (image: string) => all((client) => client.push(makeTinyImage(azure.world), image))
    const pull = (image: string) => all((client) => client.pull(image))
    async function logIn() {
      const credentials = { username: 'MyToken', password: await type('printf %s "$TOKEN_PWD"') }
      return all((client) => client.signIn(REGISTRY, credentials))
    }

    it('signs in', async () => {
      await type(`wharden login --username olga --password-stdin <<<'${PASSWORD}'`)
      if (name === 'az')
        await type('eval "$(wharden azure setup --org myregistry --create-principal pipeline)"')
    })

    it('creates an access token and specifies repositories', async () => {
      const token = await show(`az acr token create --name MyToken --registry myregistry \\
  --repository samples/hello-world content/write content/read \\
  --repository samples/nginx content/read --status enabled`)
      expect(token).toMatchObject({ ...tokenJson('MyToken', 'MyToken-scope-map'), ...ofToken })
    })

    it('creates a scope map', async () => {
      const map = await show(`az acr scope-map create --name MyScopeMap --registry myregistry \\
  --repository samples/hello-world content/write content/read \\
  --repository samples/nginx content/read \\
  --description "Sample scope map"`)
      expect(map).toMatchObject({ ...scopeMapJson('MyScopeMap', 'Sample scope map', ACTIONS), ...ofScopeMap })
    })

    it('creates a token that is associated with the scope map', async () => {
      const create = `az acr token create --name MyToken --registry myregistry --scope-map MyScopeMap --status enabled`
      // The page makes it for the second time. az gives the first one another scope map and other passwords then, without a
      // word to whom the old ones were given; `wharden` does so where that is what is said.
      if (name === 'wharden') {
        expect(await refused(create)).toContain('there is a registry token `MyToken` already')
        await type('az acr token delete --name MyToken --registry myregistry --yes') // added
      }
      expect(await show(create)).toMatchObject({ ...tokenJson('MyToken', 'MyScopeMap'), ...ofToken })
    })

    it('generates a password', async () => {
      await type(`TOKEN_PWD=$(az acr token credential generate \\
  --name MyToken --registry myregistry --days 30 \\
  --password1 --query 'passwords[0].value' --output tsv)`)
      expect(await type('printf %s "$TOKEN_PWD"')).toEqual(SECRET)
    })

    it('authenticates with it', async () => {
      const said = await type(`TOKEN_NAME=MyToken
echo $TOKEN_PWD | docker login --username $TOKEN_NAME --password-stdin ${REGISTRY}`)
      expect(said).toContain('Login Succeeded')
      expect(await logIn()).toEqual(ALLOWED)
    })

    it('pulls both images', async () => {
      expect(await pull(HELLO)).toEqual(ALLOWED)
      expect(await pull(NGINX)).toEqual(ALLOWED)
    })

    // The page says “docker push” here, and shows `docker pull`.
    it('pushes to one repository, and fails for the other', async () => {
      expect(await push(HELLO)).toEqual(ALLOWED)
      expect(await push(NGINX)).toEqual(mayNot('write to myregistry/samples/nginx'))
    })

    it('removes an action from the scope map', async () => {
      const map = await show(`az acr scope-map update --name MyScopeMap --registry myregistry \\
  --remove samples/hello-world content/write`)
      expect(new Set(map.actions)).toEqual(new Set(ACTIONS.slice(1)))
      // From the next login on, the page says. Here at once: nobody has logged in since.
      expect(await push(HELLO)).toEqual(mayNot('write to myregistry/samples/hello-world'))
      expect(await pull(HELLO)).toEqual(ALLOWED)
    })

    it('gives the token another scope map', async () => {
      const update = `az acr token update --name MyToken --registry myregistry \\
  --scope-map MyNewScopeMap`
      expect(await refused(update)).toContain('`myregistry` has no scope map `MyNewScopeMap`')
      await type(`az acr scope-map create --name MyNewScopeMap --registry myregistry \\
  --repository samples/hello-world content/read content/write metadata/read`) // added
      expect(await show(update)).toMatchObject({ scopeMapId: idOf('scopeMaps', 'MyNewScopeMap') })
      expect(await push(HELLO)).toEqual(ALLOWED)
      expect(await pull(NGINX)).toEqual(mayNot('read myregistry/samples/nginx:v1'))
    })

    it('generates new passwords, and the old one is of no use', async () => {
      const generated = await show(`az acr token credential generate \\
  --name MyToken --registry myregistry --days 30`)
      expect(generated).toMatchObject({ passwords: passwordsJson(INSTANT), username: 'MyToken' })
      for (const { creationTime, expiry } of generated.passwords)
        expect(Math.round((Date.parse(expiry) - Date.parse(creationTime)) / 86_400_000)).toBe(30)
      // docker keeps no password, but what it was given for it.
      expect(await pull(HELLO)).toEqual(
        saying(/the password of this login was replaced|this password is not known here/),
      )
      await type(`TOKEN_PWD='${generated.passwords[1].value}'`)
      expect(await logIn()).toEqual(ALLOWED)
      expect(await pull(HELLO)).toEqual(ALLOWED)
    })

    it('authenticates by the command line itself, with content/read or content/write', async () => {
      await type(`docker logout ${REGISTRY}`) // added
      await type('az acr login --name myregistry --username $TOKEN_NAME --password $TOKEN_PWD')
      await type(`docker pull ${HELLO}`)
    })

    it('lists tags with metadata/read, the token’s credentials as parameters', async () => {
      const credentials = '--username $TOKEN_NAME --password $TOKEN_PWD'
      const tags = (repository: string) =>
        `az acr repository show-tags --name myregistry --repository ${repository} ${credentials}`
      expect(JSON.parse(await type(`${tags('samples/hello-world')} --output json`))).toEqual(['v1'])
      expect(await refused(tags('samples/nginx'))).toContain(
        'token `MyToken` may not list or inspect myregistry/samples/nginx',
      )
    })

    it('disables the token, and enables it again', async () => {
      const status = (word: string) =>
        `az acr token update --name MyToken --registry myregistry --status ${word}`
      expect(await show(status('disabled'))).toMatchObject({ status: 'disabled' })
      expect(await pull(HELLO)).toEqual(saying(/the token `MyToken` is disabled: ask an owner/))
      expect(await show(status('enabled'))).toMatchObject({ status: 'enabled' })
      // What docker was given for its password has ended.
      expect(await logIn()).toEqual(ALLOWED)
      expect(await pull(HELLO)).toEqual(ALLOWED)
    })
  })

  it('whatever az printed, `wharden` did too', () => {
    expect(settled(printed['wharden'])).toMatchObject(settled(printed['az']))
  })
})

const ALLOWED = ['allowed', 'allowed', 'allowed']

/** Refused, with the reason and what to ask for. */
function mayNot(what: string): readonly unknown[] {
  return ALLOWED.map(() => expect.stringContaining(`access denied: token \`MyToken\` may not ${what}; `))
}

function saying(reason: RegExp): readonly unknown[] {
  return ALLOWED.map(() => expect.stringMatching(reason))
}

function outcome(ran: Ran | undefined): string {
  return ran?.exitCode === 0 ? 'allowed' : (ran?.output ?? 'this client has no such command')
}

/** Without what is another each time: instants, secrets, places, who did it, and in which order az writes actions back. */
function settled(value: object[] = []): object[] {
  return JSON.parse(JSON.stringify(value), (key, inner) => {
    if (key === 'value' || key === 'createdBy') return '…'
    if (key === 'actions') return inner.toSorted()
    if (typeof inner !== 'string') return inner
    return /^\d{4}-\d\d-\d\dT/.test(inner) ? '…' : inner.replace(/^\/subscriptions\/[^/]+/, '…')
  })
}
