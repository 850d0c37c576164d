/** As skopeo's logger writes it, its time left out. */
export function fatal(text: string): string {
  return `time="…" level=fatal msg="${text.replaceAll('"', '\\"')}"`
}
