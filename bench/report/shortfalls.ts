/** What stands between us and a goal, as far as it is known, and what would mend it. */
export const SHORTFALLS = {
  small:
    "Node's own HTTP costs a quarter of a request (a bare server answers in 0.025 s of CPU for 1,000), the activity row of a pull another quarter: its batch is hashed, handed to the writer's thread and put into three indexes. A row of JSON for each batch instead of bound values, and headers written as one text, would mend a part; answering what was decided a moment ago from one memory, forgotten with the credential, another.",
  large:
    'Bytes pass through user space: a read into our buffer, a write from it. `sendfile` would halve it; Node has none. For TLS, OpenSSL prefers AES-256 and Go AES-128: preferring the latter would cost nothing.',
  pushCpu:
    'Node copies each chunk out of the buffer it was received into, and we copy it once more to let go of it. Reading an upload by its own socket, past the HTTP parser, would spare both; Node has no way to ask for that.',
  pushWall:
    'One thread receives, copies and hashes, while another writes; on two cores shared with the client it waits for its turn more often. A thread of its own for the hash, fed by shared buffers, would take a third off the time, for the same CPU; and a third buffer would bridge a late write.',
  token:
    'An ECDSA signature is 0.03 s of CPU for 1,000 (`bench/tokens.ts`); the rest is HTTP, the activity row and the making of two JSON texts. Fewer objects on that way, and activity handed over as one text, would mend it.',
  million:
    'Drawn from a million, everybody asks for the first time: the credential is read twice (once by its secret, once by its id) and compiled, and its last use is a row to update. Reading only the secret by its hash, and giving the file that was read to both memories, would spare half of that. Who has asked lately is in memory, whatever else there is: see the row of 20,000.',
  latency:
    'Pushes are received and hashed on the thread that answers: each stretch is short (64 KiB), but with two cores for server, clients and writer everybody waits. A hashing thread would mend it where there are more cores.',
  start:
    "Kysely's 255 files and zod's 95 are half of what is loaded; one file of each (a bundle) would halve that. Wall-clock time hangs on what else the machine does.",
  memory:
    'Half of it is the Node binary itself, mapped and shared. Kysely (20 MB) and zod (10 MB) are the largest parts of the rest.',
} as const

export type Shortfall = keyof typeof SHORTFALLS
