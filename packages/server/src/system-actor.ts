import type { Actor } from './stores/metadata/port/logs.ts'

/** The server itself, where nobody asked. */
export const SYSTEM: Actor = { type: 'system', id: 'system', name: 'system' }
