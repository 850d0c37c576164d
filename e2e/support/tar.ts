/** The smallest writer of tar archives: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html (ustar). */
export type TarEntry = { readonly name: string; readonly bytes: Uint8Array; readonly mode?: number }

const BLOCK = 512

/** @param entries plain files; names up to 100 bytes */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => [header(entry), entry.bytes, padding(entry.bytes.length)])
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

function header({ name, bytes, mode = 0o644 }: TarEntry): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write(octal(mode, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(bytes.length, 12), 124)
  block.write(octal(0, 12), 136)
  block.write(' '.repeat(8), 148) // the checksum is counted with blanks in its place
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\x00 `, 148)
  return block
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\x00`
}

function padding(length: number): Buffer {
  return Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK)
}
