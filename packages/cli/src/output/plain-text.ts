/** Text of others must not drive the terminal: control characters (C0, DEL, C1) and line breaks become spaces. */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}
