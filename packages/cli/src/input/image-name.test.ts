import { expect, test } from 'vitest'
import { formatImageName, imageName } from './image-name.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`

test.each([
  ['nginx', { repository: 'nginx' }],
  ['samples/nginx', { repository: 'samples/nginx' }],
  ['samples/nginx:v1', { repository: 'samples/nginx', tag: 'v1' }],
  [`samples/nginx@${DIGEST}`, { repository: 'samples/nginx', digest: DIGEST }],
  // Not dropped: the server says what is wrong with them.
  ['nginx:', { repository: 'nginx', tag: '' }],
  ['nginx@', { repository: 'nginx', digest: '' }],
  [`nginx:v1@${DIGEST}`, { repository: 'nginx:v1', digest: DIGEST }],
])('%s', (text, name) => {
  expect(imageName(text)).toEqual(name)
  expect(formatImageName(name)).toBe(text)
})
