// Controls (C0, DEL, C1), line and paragraph separators, and the marks that reorder text on a terminal.
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]+/gu

/**
 * Makes a message one line that can't move the cursor, colour the screen or reorder what is read: docker and
 * podman print an error's message raw. Runs of such characters become one space.
 */
export function singleLine(message: string): string {
  return message.replaceAll(BREAKS, ' ').toWellFormed().trim()
}
