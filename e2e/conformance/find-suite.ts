import { goInstall, type Program } from '../support/go-install.ts'

/**
 * The official suite, redesigned in 2026 and not yet in a tagged version: built from `main` where Go is present.
 * OCI_CONFORMANCE_BINARY names one that is built already.
 * https://github.com/opencontainers/distribution-spec/tree/main/conformance
 */
export async function findSuite(): Promise<Program> {
  const given = process.env['OCI_CONFORMANCE_BINARY']
  if (given !== undefined && given !== '') return { type: 'ok', path: given }
  const built = await goInstall('github.com/opencontainers/distribution-spec/conformance@main')
  // Not every Go module proxy has it: that is the toolchain's lack, and said, but no failure of ours.
  return built.type === 'ok' ? built : { ...built, optional: true }
}
