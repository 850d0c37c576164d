/** The guides whose commands are marked to be run, each from its first line to its last against a new server. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../scripts/repository.ts'
import { describeWith } from './support/describe-with.ts'
import { startDockerd, type Dockerd } from './support/dockerd.ts'
import { readGuide, type Block } from './support/guide.ts'
import { makeHome } from './support/home.ts'
import { launchWharden } from './support/launch-wharden.ts'
import { runGuide } from './support/run-guide.ts'
import { openWorld, type World } from './support/world.ts'

const DOCS = join(ROOT, 'docs')
const GUIDES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, blocks: readGuide(join(DOCS, name)) }))
  .filter(({ blocks }) => blocks.length > 0)

/** Where a guide begins that doesn't set the server up itself: signed in, with an organization that has something in it. */
const BEGUN: Block = {
  line: 0,
  script: `printf '%s\\n' "$SETUP_LINK" 'correct horse battery staple' |
  wharden setup --username alice --org myregistry --secret-stdin --password-stdin
wharden repo create samples/hello-world --org myregistry
wharden repo create samples/nginx --org myregistry
`,
  refused: false,
  prints: undefined,
}

describeWith(['dockerd', 'docker', 'skopeo', 'az'], 'guides', () => {
  let world: World
  let dockerd: Dockerd

  beforeAll(async () => {
    world = openWorld()
    world.addHost('myregistry.localhost', '127.0.0.1')
    dockerd = await startDockerd(world, 'classic')
  })
  afterAll(async () => {
    await dockerd?.close()
    await world?.close()
  })

  it('some are run', () => {
    expect(GUIDES.map(({ name }) => name)).toContain('guides/organization.md')
  })

  describe.each(GUIDES)('$name', ({ name, blocks: own }) => {
    const blocks = own.some(({ script }) => script.includes('wharden setup')) ? own : [BEGUN, ...own]

    it('does what it says, to the end', { timeout: 10 * 60_000 }, async () => {
      const place = name.replaceAll('/', '-')
      const directory = world.path(`data-${place}`)
      const { daemon, url, setupSecret } = await launchWharden({
        directory,
        host: 'localhost',
        httpPort: 5000,
        environment: { WHARDEN_HTTPS_PORT: '5443' },
      })
      try {
        world.trust('localhost:5443', readFileSync(join(directory, 'ca.crt'), 'utf8'))
        const told = await runGuide(blocks, world.path(place), {
          ...makeHome(world, place),
          DOCKER_HOST: dockerd.host,
          WHARDEN_DATA: directory,
          SETUP_LINK: `${url}/setup?secret=${setupSecret}`,
        })
        const wrong = told.filter(({ problem }) => problem !== undefined)
        expect(wrong).toEqual([])
        expect(told.map(({ line }) => line)).toEqual(blocks.map(({ line }) => line))
      } finally {
        await daemon.close()
      }
    })
  })
})
