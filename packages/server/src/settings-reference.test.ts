import { expect, test } from 'vitest'
import { settingsReference } from './config.ts'

test('the page of settings is what the table of settings says', async () => {
  const items = settingsReference.map(({ name, fallback, about }) => {
    const standard = fallback === '' ? '' : ` (default \`${fallback}\`)`
    return `- \`${name}\`${standard}: ${about}`
  })
  const page = [
    '# Settings',
    '',
    '<!-- Made from packages/server/src/config.ts by settings-reference.test.ts; `npm test -- settings-reference -u` makes it anew. -->',
    '',
    'Every setting of `wharden serve` and `wharden migrate`. All are environment variables. There is no configuration file.',
    'An unknown `WHARDEN_` variable stops the start, so a misspelled one is never silently ignored.',
    '',
    ...items,
    '',
    'Four more are read by the command line, not by the server: `WHARDEN_SERVER`, `WHARDEN_TOKEN`, `WHARDEN_ORG` and',
    '`WHARDEN_CA`. `wharden --help` says what they are.',
  ]
  await expect(`${page.join('\n')}\n`).toMatchFileSnapshot('../../../docs/reference/settings.md')
})
