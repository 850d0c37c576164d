import { inspect } from 'node:util'

const HIDDEN = '***'

/**
 * A value that must not reach a log, an error, an audit event or a wire by accident: however it is printed it
 * reads `***`, and a structured clone of it is empty. Only `reveal()` gives the value back, so every use can be searched for.
 *
 * A class, against the habit of the house: a `#private` field is the one place neither `inspect` (even with
 * `showHidden`), object spread, `JSON.stringify` nor a debugger's property list can look into.
 */
export class Secret<Value = string> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  reveal(): Value {
    return this.#value
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN
  }
}

/** Wraps a value that must never be printed. */
export function secret<Value>(value: Value): Secret<Value> {
  return new Secret(value)
}
