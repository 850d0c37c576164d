import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { demo, type DemoOptions } from './demo.ts'

/** Where the demo said that it keeps its data; gone when it has ended. */
function directoryIn(text: string): string {
  const directory = /(\/\S+\/wharden-demo-\w+)\/data/.exec(text)?.[1]
  if (directory === undefined) throw new Error(`no directory was named: ${text}`)
  return directory
}

function watch(options: Partial<DemoOptions> = {}) {
  let seen = ''
  const code = demo({
    stay: false,
    signal: new AbortController().signal,
    write: (text) => {
      seen += text
    },
    colours: false,
    clients: [],
    ...options,
  })
  return { code, seen: () => seen }
}

/** Without the line breaks that the screen's width asked for. */
const whole = (text: string) => text.replaceAll('\n   | ', ' ').replaceAll(' \\\n       ', ' ')

test('the whole story, with a server of its own and our own tiny client', async () => {
  const { code, seen } = watch()
  expect(await code).toBe(0)
  const text = whole(seen())
  expect(text).toMatch(
    /\$ tiny push localhost:\d+\/myregistry\/samples\/hello-world:v1\n +ok, .*\n +\$ tiny pull \S+nginx:v1\n +ok, /,
  )
  expect(text).toMatch(
    /\$ tiny push \S+nginx:v2\n +refused, as it should be .* denied: push access denied: token `MyToken` may not write to myregistry\/samples\/nginx.*\(decision (\S+)\)\n[^]*\$ wharden explain \1 push access denied/,
  )
  expect(text).toMatch(
    /\$ wharden token delete MyToken --org myregistry --yes\n?.*is deleted\n\n +\$ tiny pull \S+\n +refused, as it should be .* unauthorized: /,
  )
  expect(text).toMatch(
    /token create --label build --org myregistry --repository 'samples\/\*' pull[^]*tiny login --username myregistry[^]*organization access token `build` may not write[^]*--status disabled[^]*refused, as it should be[^]*intact/,
  )
  expect(text).toContain('Every step went as told')
  expect(text).not.toContain('\u001b')
  const tooLong = seen()
    .split('\n')
    .filter((line) => line.length > 80 && !line.includes('/setup?secret='))
  expect(tooLong).toEqual([])
  expect(existsSync(directoryIn(text))).toBe(false)
})

test('it stays until it is told to stop, with commands to go on with', async () => {
  const stopping = new AbortController()
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  let seen = ''
  const { code } = watch({
    stay: true,
    colours: true,
    signal: stopping.signal,
    write: (text) => {
      seen += text
      if (text.includes('Ctrl-C')) resolve()
    },
  })
  await asked
  const origin = /http:\/\/localhost:\d+/.exec(seen)?.[0]
  expect((await fetch(`${origin}/health/ready`)).status).toBe(200)
  expect(seen).toContain('\u001b[1m')
  stopping.abort()
  expect(await code).toBe(0)
  await expect(fetch(`${origin}/health/ready`)).rejects.toThrow()
  expect(existsSync(directoryIn(seen))).toBe(false)
})

test('interrupted in the middle it deletes everything and says so', async () => {
  const stopping = new AbortController()
  let seen = ''
  const { code } = watch({
    signal: stopping.signal,
    write: (text) => {
      seen += text
      if (text.includes('tiny push')) stopping.abort()
    },
  })
  expect(await code).toBe(130)
  expect(seen).toContain('Interrupted')
  expect(existsSync(directoryIn(seen))).toBe(false)
})
