// Controls (C0, DEL, C1), line and paragraph separators, and the marks that reorder text on a terminal.
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g

/**
 * Makes a message one line that can't move the cursor, colour the screen or reorder what is read: docker and
 * podman print an error's message raw. Runs of such characters become one space.
 */
export function singleLine(message: string): string {
  return message.replaceAll(BREAKS, ' ').toWellFormed().trim()
}
