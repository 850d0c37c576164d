import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, settingsReference } from './config.ts'

describe('settings', () => {
  it('need not be given at all', () => {
    const config = readConfig({})
    expect(config).toMatchObject({
      type: 'ok',
      value: { host: 'localhost', listen: '127.0.0.1', httpPort: 5000, httpsPort: 5443 },
    })
  })

  it.each([
    ['WHARDEN_HTTP_PORT', '70000', /not a number from 0 to 65535/],
    ['WHARDEN_HTTP_PORT', 'x', /not a number/],
    ['WHARDEN_HOST', 'bad host', /not a host name/],
    ['WHARDEN_LOG', 'loud', /none of trace/],
    ['WHARDEN_ORIGINS', 'https://a.example/path', /not an address such as/],
    ['WHARDEN_ORIGINS', 'ftp://a.example', /not an address such as/],
    ['WHARDEN_TRUSTED_PROXIES', '10.0.0.1/8', /not an address range/],
    ['WHARDEN_ACCESS_TOKEN_SECONDS', '59', /60 to 3600/],
    ['WHARDEN_TLS_KEY', 'key.pem', /belong together/],
    ['WHARDEN_S3_ENDPOINT', 'minio:9000', /not an address such as/],
    ['WHARDEN_S3_ENDPOINT', 'https://minio.example', /no WHARDEN_S3_BUCKET/],
    ['WHARDEN_S3_PATH_STYLE', 'yes', /neither `on` nor `off`/],
    ['WHARDEN_S3_PREFIX', '/x', /no beginning of names/],
    ['WHARDEN_S3_ACCESS_KEY_ID', 'id', /belong together/],
    ['WHARDEN_REDIRECT_FROM_BYTES', '1000', /needs a bucket/],
    ['WHARDEN_PORT', '80', /is not a setting of wharden/],
  ])('%s=%s is refused with a sentence', (name, value, sentence) => {
    const config = readConfig({ [name]: value })
    expect(config.type === 'error' ? config.error.join('\n') : '').toMatch(sentence)
  })

  it('keep bytes in a directory or in a bucket, and its secret to themselves', () => {
    const bucket = {
      WHARDEN_S3_BUCKET: 'images',
      WHARDEN_S3_PREFIX: 'a/b/',
      WHARDEN_S3_ACCESS_KEY_ID: 'id',
      WHARDEN_S3_SECRET_ACCESS_KEY: 'hunter2',
    }
    const config = readConfig(bucket)
    expect(config).toMatchObject({ type: 'ok', value: { s3Bucket: 'images', s3Prefix: 'a/b/' } })
    expect(JSON.stringify(config)).not.toContain('hunter2')
    const both = readConfig({ ...bucket, WHARDEN_BLOBS: '/srv/blobs' })
    expect(both).toEqual({ type: 'error', error: [expect.stringContaining('give one')] })
  })

  it('never repeat a database address, which holds a password', () => {
    const config = readConfig({ WHARDEN_DATABASE_URL: 'mysql://u:hunter2@db/x' })
    expect(JSON.stringify(config)).toContain('only postgres')
    expect(JSON.stringify(config)).not.toContain('hunter2')
  })

  it('read what is secret from a file, and say what is wrong with the file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wharden-config-'))
    const path = join(directory, 'url')
    await writeFile(path, 'postgres://u:hunter2@db/x\n')
    expect(readConfig({ WHARDEN_DATABASE_URL_FILE: path })).toMatchObject({
      type: 'ok',
      value: { databaseUrl: 'postgres://u:hunter2@db/x' },
    })
    await writeFile(path, '\n')
    const sentences = (environment: Record<string, string>) => {
      const config = readConfig(environment)
      return config.type === 'error' ? config.error.join('\n') : ''
    }
    expect(sentences({ WHARDEN_SEAL_KEY_FILE: path })).toMatch(/is empty/)
    expect(sentences({ WHARDEN_SEAL_KEY_FILE: join(directory, 'none') })).toMatch(
      /can not be read \(ENOENT\)/,
    )
    expect(sentences({ WHARDEN_SEAL_KEY_FILE: path, WHARDEN_SEAL_KEY: 'x' })).toMatch(/not both/)
    expect(sentences({ WHARDEN_HOST_FILE: path })).toMatch(/is not a setting/)
    await rm(directory, { recursive: true })
  })

  it('tell all that is wrong at once', () => {
    const config = readConfig({ WHARDEN_HTTP_PORT: 'x', WHARDEN_LOG: 'y' })
    expect(config.type === 'error' && config.error).toHaveLength(2)
  })

  it('are all in the reference, each once, with a meaning', () => {
    expect(new Set(settingsReference.map(({ name }) => name)).size).toBe(settingsReference.length)
    expect(settingsReference.every(({ about }) => about.length > 10)).toBe(true)
  })
})
