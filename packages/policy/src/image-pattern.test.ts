import { describe, expect, test } from 'vitest'
import { describeImagePatternProblem, formatImagePattern, parseImagePattern } from './image-pattern.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('an image pattern', () => {
  test.each([
    [{ repository: 'docker.io/library/nginx' }, 'docker.io/library/nginx'],
    [{ repository: 'docker.io/nginx' }, 'docker.io/library/nginx'],
    [{ repository: 'registry-1.docker.io/bitnami/*', tag: '*' }, 'docker.io/bitnami/*'],
    [{ repository: 'docker.io/library/nginx', tag: '1.27' }, 'docker.io/library/nginx:1.27'],
    [{ repository: 'docker.io/library/nginx', tag: '1.*' }, 'docker.io/library/nginx:1.*'],
    [{ repository: 'QUAY.io/a/**', digest: DIGEST }, `quay.io/a/*@${DIGEST}`],
  ])('%j is %s', (text, formatted) => {
    const parsed = parseImagePattern(text)
    expect(parsed.type === 'ok' && formatImagePattern(parsed.value)).toBe(formatted)
  })

  test.each([
    [{ repository: 'nginx' }, /begin with a registry's host/],
    [{ repository: 'library/nginx' }, /begin with a registry's host/],
    [{ repository: 'docker.io/a*' }, /wrong place/],
    [{ repository: 'docker.io/A' }, /lower-case/],
    [{ repository: 'docker.io/a', tag: '*1' }, /isn't a tag/],
    [{ repository: 'docker.io/a', tag: '' }, /isn't a tag/],
    [{ repository: 'docker.io/a', digest: 'sha256:1' }, /isn't a digest/],
    [{ repository: 'docker.io/a', tag: '1', digest: DIGEST }, /not both/],
  ])('%j is none', (text, says) => {
    const parsed = parseImagePattern(text)
    expect(parsed.type === 'error' && describeImagePatternProblem(parsed.error)).toMatch(says)
  })
})
