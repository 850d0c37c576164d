/** Why a request's body could not be taken whole. */
export type ReceiveProblem =
  /** More than `limit` bytes, said or sent. */
  | { readonly type: 'too-large'; readonly limit: number }
  /** More or fewer bytes than were declared; `received` is how many came until that was plain. */
  | { readonly type: 'length-mismatch'; readonly declared: number; readonly received: number }
  /** Nothing came for too long. */
  | { readonly type: 'idle' }
  /** Less came than the least rate asks for. */
  | { readonly type: 'slow' }
  /** The client went away. */
  | { readonly type: 'gone' }
  /** The caller's signal. */
  | { readonly type: 'cancelled' }

const SENTENCES: { readonly [Type in ReceiveProblem['type']]: string } = {
  'too-large': 'the body is larger than is allowed here',
  'length-mismatch': 'the body is not as long as its headers say',
  idle: 'the client sent nothing for too long',
  slow: 'the client sent too slowly',
  gone: 'the client went away in the middle of its body',
  cancelled: 'the upload was cancelled',
}

/** The client's doing, never the store's. `message` may be shown to it. */
export class ReceiveError extends Error {
  override readonly name = 'ReceiveError'
  readonly problem: ReceiveProblem

  constructor(problem: ReceiveProblem, options?: ErrorOptions) {
    super(SENTENCES[problem.type], options)
    this.problem = problem
  }
}
