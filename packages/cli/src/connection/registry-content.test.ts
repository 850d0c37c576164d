import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAnswers, type Answer, type Answers } from '../../test/answers.ts'
import { runInMemory } from '../../test/run-in-memory.ts'

const ATTRIBUTES = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true }
const TIMES = { createdTime: '2026-11-21T12:00:00.000Z', lastUpdateTime: '2026-11-21T13:00:00.000Z' }
const DIGEST = `sha256:${'a'.repeat(64)}`
const tag = (name: string) => ({ name, digest: DIGEST, ...TIMES, changeableAttributes: ATTRIBUTES })
const manifest = {
  digest: DIGEST,
  imageSize: 113,
  ...TIMES,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  tags: ['v1', 'v2'],
  changeableAttributes: ATTRIBUTES,
}
const refused = (message: string) => ({ errors: [{ code: 'UNAUTHORIZED', message, detail: null }] })

const APP = '/acr/v1/acme%2Fapp'
const ANSWERS: Readonly<Record<string, Answer>> = {
  'GET /acr/v1/_catalog?last=acme%2F&n=100': [
    200,
    { repositories: ['acme/app', 'acme/b/c'] },
    // Nobody else is asked, and given the password, whatever a link says.
    { link: '<http://elsewhere.invalid/acr/v1/_catalog?last=acme/b/c&n=100&orderby=>; rel="next"' },
  ],
  'GET /acr/v1/_catalog?last=acme/b/c&n=100&orderby=': [
    200,
    { repositories: ['acme/d', 'other/e'] },
    { link: '</acr/v1/_catalog?last=other/e&n=100&orderby=>; rel="next"' },
  ],
  [`GET ${APP}`]: [
    200,
    {
      registry: 'localhost:5443',
      imageName: 'acme/app',
      ...TIMES,
      manifestCount: 1,
      tagCount: 2,
      changeableAttributes: ATTRIBUTES,
    },
  ],
  [`GET ${APP}/_tags?n=100`]: [200, { tags: [tag('v1'), tag('v2')] }],
  [`GET ${APP}/_tags?orderby=timedesc&n=1`]: [
    200,
    { tags: [tag('v2')] },
    { link: '</acr/v1/acme/app/_tags?last=v2&n=1&orderby=timedesc>; rel="next"' },
  ],
  [`GET ${APP}/_tags/v1`]: [200, { tag: tag('v1') }],
  [`PATCH ${APP}/_tags/v1`]: [
    200,
    { tag: { ...tag('v1'), changeableAttributes: { ...ATTRIBUTES, writeEnabled: false } } },
  ],
  [`GET ${APP}/_manifests?n=100`]: [200, { manifests: [manifest] }],
  [`GET ${APP}/_manifests/${DIGEST}`]: [200, { manifest }],
  [`DELETE ${APP}/_manifests/${DIGEST}`]: [202],
  [`DELETE ${APP}/_tags/v1`]: [202],
  'GET /acr/v1/acme%2Fsecret/_tags?n=100': [
    401,
    refused('metadata access denied: …'),
    { 'www-authenticate': 'Bearer realm="r",service="s",error="insufficient_scope"' },
  ],
  'GET /acr/v1/acme%2Fwrong/_tags?n=100': [
    401,
    refused('the secret is wrong'),
    { 'www-authenticate': 'Bearer realm="r",service="s",error="invalid_token"' },
  ],
  'GET /acr/v1/acme%2Foff/_tags?n=100': [
    401,
    refused('the token `MyToken` is disabled: ask an owner to enable it'),
    { 'www-authenticate': 'Bearer realm="r",service="s",error="invalid_token"' },
  ],
  'GET /acr/v1/acme%2Fnothing/_tags?n=100': [404, refused('there is no repository')],
  'DELETE /acr/v1/acme%2Flocked': [405, refused('delete access denied: it is locked')],
}

let server: Answers
beforeAll(async () => {
  server = await startAnswers(({ line }) => ANSWERS[line])
})
afterAll(() => server.close())

const run = (argv: readonly string[]) =>
  runInMemory(['repository', ...argv, '-u', 'MyToken', '--password-stdin'], {
    stdin: 's3cret\n',
    environment: { WHARDEN_SERVER: server.url },
  })

const there = ['-n', 'acme', '--repository', 'app']

test.each<{ argv: string[]; stdout: string }>([
  { argv: ['list', '-n', 'acme', '-o', 'tsv'], stdout: 'app\nb/c\nd\n' },
  { argv: ['list', '--name', 'acme'], stdout: 'RESULT\napp\nb/c\nd\n' },
  { argv: ['show-tags', ...there, '-o', 'tsv'], stdout: 'v1\nv2\n' },
  { argv: ['show-tags', 'app', '--org', 'acme', '-o', 'tsv'], stdout: 'v1\nv2\n' },
  {
    argv: [
      'show-tags',
      ...there,
      '--orderby',
      'time_desc',
      '--top',
      '1',
      '--detail',
      '--query',
      '[].name',
      '-o',
      'tsv',
    ],
    stdout: 'v2\n',
  },
  {
    argv: ['show-manifests', ...there, '-o', 'json'],
    stdout: `${JSON.stringify([{ digest: DIGEST, tags: ['v1', 'v2'], timestamp: TIMES.lastUpdateTime }], null, 2)}\n`,
  },
  { argv: ['show-manifests', ...there, '--detail', '--query', '[0].imageSize'], stdout: 'RESULT\n113\n' },
  { argv: ['show', ...there, '--query', '[imageName, tagCount]', '-o', 'tsv'], stdout: 'app\n2\n' },
  {
    argv: ['show', '-n', 'acme', '--image', 'app:v1', '--query', 'digest', '-o', 'tsv'],
    stdout: `${DIGEST}\n`,
  },
  {
    argv: [
      'update',
      '-n',
      'acme',
      '-t',
      'app:v1',
      '--write-enabled',
      'false',
      '--query',
      'changeableAttributes.writeEnabled',
      '-o',
      'tsv',
    ],
    stdout: 'false\n',
  },
])('wharden repository $argv', async ({ argv, stdout }) => {
  const ran = await run(argv)
  expect(ran).toEqual({ code: 0, stdout, stderr: '' })
  expect(server.asked.at(-1)?.authorization).toBe(`Basic ${btoa('MyToken:s3cret')}`)
})

test('an attribute without a value is on, as az has it', async () => {
  await run(['update', '-n', 'acme', '-t', 'app:v1', '--write-enabled'])
  expect(server.asked.at(-1)?.body).toBe('{"writeEnabled":true}')
})

test('an image is deleted by what its tag stands for, and all its tags are named; a tag is taken away alone', async () => {
  expect(await run(['delete', '-n', 'acme', '--image', 'app:v1', '--yes'])).toMatchObject({
    code: 0,
    stderr: '`acme/app:v1`, `acme/app:v2` are deleted\n',
  })
  expect(server.asked.at(-1)?.line).toBe(`DELETE ${APP}/_manifests/${DIGEST}`)
  expect((await run(['untag', '-n', 'acme', '--image', 'app:v1'])).code).toBe(0)
  expect(server.asked.at(-1)?.line).toBe(`DELETE ${APP}/_tags/v1`)
})

test('of a token that is known the server says what to do, and nothing else is advised', async () => {
  const { code, stderr } = await run(['show-tags', '-n', 'acme', '--repository', 'off'])
  expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/ask an owner to enable it\n$/) })
})

test.each<{ argv: string[]; code: number; stderr: string }>([
  { argv: ['show-tags', '-n', 'acme', '--repository', 'secret'], code: 1, stderr: 'metadata access denied' },
  { argv: ['show-tags', '-n', 'acme', '--repository', 'wrong'], code: 4, stderr: 'check the name `MyToken`' },
  { argv: ['show-tags', '-n', 'acme', '--repository', 'nothing'], code: 3, stderr: 'there is no repository' },
  { argv: ['delete', '-n', 'acme', '--repository', 'locked', '--yes'], code: 1, stderr: 'it is locked' },
  { argv: ['delete', '-n', 'acme', '--repository', 'locked'], code: 2, stderr: '`--yes`' },
  { argv: ['show-tags', '-n', 'acme'], code: 2, stderr: 'which repository?' },
  { argv: ['show-tags', '-n', 'acme', '--repository', 'app:v1'], code: 2, stderr: 'say `app` alone' },
  { argv: ['show', 'app', ...there], code: 2, stderr: 'name one image' },
  { argv: ['untag', ...there], code: 2, stderr: 'which tag?' },
  { argv: ['list', '-n', 'acme', '--prefix', 'a'], code: 2, stderr: '`--prefix` is not az’s' },
  {
    argv: ['update', ...there, '--visibility', 'public'],
    code: 2,
    stderr: 'a token changes attributes alone',
  },
  { argv: ['show-tags', ...there, '-p', 'x'], code: 2, stderr: 'exclude each other' },
])('exit code $code: wharden repository $argv', async ({ argv, code, stderr }) => {
  expect(await run(argv)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(stderr) })
})

test('a password among the arguments is taken, as az takes it, and what that means is said', async () => {
  const argv = ['repository', 'show-tags', ...there, '-u', 'MyToken', '-p', 's3cret', '-o', 'tsv']
  expect(await runInMemory(argv, { environment: { WHARDEN_SERVER: server.url } })).toEqual({
    code: 0,
    stdout: 'v1\nv2\n',
    stderr:
      'note: other users of this machine can see a password that is an argument; use `--password-stdin`\n',
  })
})
