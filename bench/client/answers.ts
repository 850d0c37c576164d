const END_OF_HEAD = Buffer.from('\r\n\r\n')

export type Head = { readonly status: number; readonly text: string; readonly length: number }

/** Reads the answers of one connection; each must say its `Content-Length`. */
export type Answers = {
  /** @param bodyless answers have none, whatever their length says: they are a HEAD's */
  readonly take: (chunk: Buffer, bodyless: boolean) => void
}

/** @param onAnswer when an answer has come to its end */
export function readAnswers(onAnswer: (head: Head) => void): Answers {
  let waiting: Buffer | undefined
  let head: Head | undefined
  let left = 0

  function take(chunk: Buffer, bodyless: boolean): void {
    let rest = waiting === undefined ? chunk : Buffer.concat([waiting, chunk])
    waiting = undefined
    while (rest.length > 0) {
      if (head === undefined) {
        const end = rest.indexOf(END_OF_HEAD)
        if (end === -1) {
          waiting = rest
          return
        }
        head = parseHead(rest.toString('latin1', 0, end))
        left = bodyless ? 0 : head.length
        rest = rest.subarray(end + 4)
      }
      const here = Math.min(left, rest.length)
      left -= here
      rest = rest.subarray(here)
      if (left > 0) return
      const ended = head
      head = undefined
      onAnswer(ended)
    }
  }

  return { take }
}

const LENGTH = /\r\ncontent-length: (\d+)/i

function parseHead(text: string): Head {
  const length = LENGTH.exec(text)?.[1]
  return { status: Number(text.slice(9, 12)), text, length: Number(length ?? 0) }
}
