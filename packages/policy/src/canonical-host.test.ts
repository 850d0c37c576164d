import { describe, expect, test } from 'vitest'
import { parseCanonicalHost } from './canonical-host.ts'

describe('a registry has one name, however it is written', () => {
  test.each([
    ['docker.io', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['registry.hub.docker.com', 'docker.io'],
    ['DOCKER.IO', 'docker.io'],
    ['docker.io:443', 'docker.io'],
    ['Registry-1.Docker.IO.:0443', 'docker.io'],
    ['docker.io:5000', 'docker.io:5000'],
    ['auth.docker.io', 'auth.docker.io'],
    ['quay.io.', 'quay.io'],
    ['quay.io:0443', 'quay.io'],
    ['quay.io:80', 'quay.io:80'],
    ['localhost:5000', 'localhost:5000'],
    ['127.0.0.1:5000', '127.0.0.1:5000'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['[0:0:0:0:0:0:0:1]:5000', '[::1]:5000'],
    ['[::FFFF:127.0.0.1]', undefined],
    ['', undefined],
    ['quay.io/app', undefined],
    ['user@quay.io', undefined],
    ['quay..io', undefined],
    ['quay.io..', undefined],
    ['qu ay.io', undefined],
  ])('%s → %s', (written, canonical) => {
    expect(parseCanonicalHost(written)).toBe(canonical)
  })
})
