/** The server, for whoever runs it: the `wharden` command, and tests that start a real one. */
export { readConfig, settingsReference, type Config } from './config.ts'
export { serve, type ServeOptions } from './serve.ts'
export { migrate, type MigrateOptions } from './migrate.ts'
