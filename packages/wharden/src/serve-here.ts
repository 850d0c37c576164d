import { stopSignal } from './stop-signal.ts'

/** Runs the server in this process until it is told to stop. @returns the exit code */
export async function serveHere(): Promise<number> {
  const { serve } = await import('@wharden/server')
  return serve({
    environment: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    signal: stopSignal(),
  })
}
