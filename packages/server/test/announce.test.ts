/** What a server says of itself when it starts: to people in its banner, to the command line in `server.json`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from '../src/serve.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-announce-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** Starts a server and stops it as soon as it has said where it is. */
async function announced(settings: Readonly<Record<string, string>>) {
  const stop = new AbortController()
  const lines: string[] = []
  const environment = {
    WHARDEN_DATA: directory,
    WHARDEN_HTTP_PORT: '0',
    WHARDEN_HTTPS_PORT: 'off',
    WHARDEN_METRICS_PORT: 'off',
    WHARDEN_LOG: 'silent',
    ...settings,
  }
  const print = (text: string) => {
    lines.push(text)
    stop.abort()
  }
  expect(await serve({ environment, print, signal: stop.signal })).toBe(0)
  const { urls } = JSON.parse(await readFile(join(directory, 'server.json'), 'utf8'))
  return { banner: lines.join('\n'), urls }
}

test('without an address of its own the link opens on this machine', async () => {
  const { banner, urls } = await announced({})
  const [local = ''] = urls
  expect(urls).toEqual([expect.stringMatching(/^http:\/\/localhost:\d+$/)])
  expect(banner).toContain(`wharden serves at ${local}\n`)
  expect(banner).toContain(`  ${local}/setup?secret=whd_set_`)
})

test('the addresses that clients use go before those it listens at, and the link is at the first', async () => {
  const { banner, urls } = await announced({
    WHARDEN_ORIGINS: 'https://registry.example.com,https://images.example.com:8443',
  })
  expect(urls).toEqual([
    'https://registry.example.com',
    'https://images.example.com:8443',
    expect.stringMatching(/^http:\/\/localhost:\d+$/),
  ])
  expect(banner).toContain('wharden serves at https://registry.example.com and https://images')
  expect(banner).toContain('  https://registry.example.com/setup?secret=whd_set_')
})
