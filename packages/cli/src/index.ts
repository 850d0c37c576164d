/**
 * The command line over the administration API. It knows nothing the API doesn't tell, and has no privilege there.
 * `commands/` holds one file per noun; what is heavy (client, prompts, table, YAML) is loaded by the command that needs it.
 */
export { CliError } from './cli-error.ts'
export { createCli } from './create-cli.ts'
export { EXIT_CODES, type Exit } from './exit-code.ts'
export type { GlobalOptions } from './global-options.ts'
export { examples } from './help.ts'
export { processIo, type Io } from './io.ts'
export { render } from './output/render.ts'
export type { View } from './output/view.ts'
export { runCli } from './run-cli.ts'
