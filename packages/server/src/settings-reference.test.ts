import { expect, test } from 'vitest'
import { settingsReference } from './config.ts'

test('the page of settings is what the table of settings says', async () => {
  const items = settingsReference.map(({ name, fallback, about, secret }) => {
    const notes = [...(fallback === '' ? [] : [`default \`${fallback}\``]), ...(secret ? ['secret'] : [])]
    return `- \`${name}\`${notes.length === 0 ? '' : ` (${notes.join(', ')})`}: ${about}`
  })
  const page = [
    '# Settings',
    '',
    '<!-- Made from packages/server/src/config.ts by settings-reference.test.ts; `npm test -- settings-reference -u` makes it anew. -->',
    '',
    'Every setting of `wharden serve` and `wharden migrate`. All are environment variables. There is no configuration file.',
    'An unknown `WHARDEN_` variable stops the start, so a misspelled one is never silently ignored.',
    'Each that is marked secret can be given as a file instead: `WHARDEN_SEAL_KEY_FILE=/run/secrets/seal-key` for `WHARDEN_SEAL_KEY`.',
    '',
    ...items,
    '',
    'Four more are read by the command line, not by the server: `WHARDEN_SERVER`, `WHARDEN_TOKEN`, `WHARDEN_ORG` and',
    '`WHARDEN_CA`. `wharden --help` says what they are.',
  ]
  await expect(`${page.join('\n')}\n`).toMatchFileSnapshot('../../../docs/reference/settings.md')
})
