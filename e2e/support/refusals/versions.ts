import type { Release } from '../release.ts'
import type { Teller } from './text.ts'

/** Of which the texts were measured. Sid's move on: whoever runs a newer one is told. */
export const VERSIONS: Readonly<Record<Release, Readonly<Partial<Record<Teller, string>>>>> = {
  bookworm: {
    docker: '20.10',
    BuildKit: '20.10',
    podman: '4.3',
    skopeo: '1.9',
    buildah: '1.28',
    ctr: '1.6',
  },
  trixie: {
    docker: '26.1',
    BuildKit: '0.13',
    'docker-containerd': '26.1',
    podman: '5.4',
    skopeo: '1.18',
    buildah: '1.39',
    ctr: '1.7',
  },
  sid: {
    docker: '28.5',
    BuildKit: '0.29',
    'docker-containerd': '28.5',
    podman: '5.8',
    skopeo: '1.22',
    buildah: '1.43',
    ctr: '2.1',
  },
}
