/** What stands between us and a goal, as far as it is known, and what would mend it. */
export const SHORTFALLS = {
  small:
    "Node's own HTTP costs a quarter of a request (a bare server answers in 0.025 s of CPU for 1,000), the activity row of a pull another quarter: its batch is hashed, handed to the writer's thread and put into three indexes. A row of JSON for each batch instead of bound values, and headers written as one text, would mend a part; answering what was decided a moment ago from one memory, forgotten with the credential, another.",
  large:
    'Bytes pass through user space: a read into our buffer, a write from it. `sendfile` would halve it; Node has none. For TLS, OpenSSL prefers AES-256 and Go AES-128: preferring the latter would cost nothing.',
  pushCpu:
    'Node copies each chunk out of the buffer it was received into, and we copy it once more to let go of it; parser, stream and event of a chunk of 64 KiB are some 10 µs. Reading an upload by its own socket, past the HTTP parser, would spare most of that; Node has no way to ask for it. The first gibibytes of a process cost a sixth more, until its engine has compiled what they go through.',
  pushWall:
    'One thread receives, another hashes, others write: on two cores shared with the client, four pushes at once are bound by what they cost both cores together, a tenth more than a peer in Go (see CPU). Taking chunks without a promise for each, or buffers of 256 KiB or 2 MiB, gained nothing (measured). Fewer copies, past the HTTP parser, would; so would a third core.',
  token:
    'An ECDSA signature is 0.03 s of CPU for 1,000 (`bench/tokens.ts`); the rest is HTTP, the activity row and the making of two JSON texts. Fewer objects on that way, and activity handed over as one text, would mend it.',
  million:
    "Drawn from very many, nearly everybody asks for the first time: the credential and its passwords are read (two statements, in pages that are in nobody's cache) and kept in the place of another, its last use is a row to update in a page of its own, and mostly its scope map, too, is one that nobody asked by before: 50 rules of it are read and compiled (0.15 s of CPU for 1,000 maps). Of twenty tokens everybody is known. What the number itself costs, the same twenty among a million tell, and a million beside 20,000. Keeping less of each credential, made of fewer objects, would mend a part of the rest.",
  latency:
    'Pushes are received and copied on the thread that answers: each stretch is short (64 KiB), but where server, clients, hashing and writing share two cores, everybody waits for one. More cores mend it.',
  start:
    "Kysely's 255 files and zod's 95 are half of what is loaded; one file of each (a bundle) would halve that. Wall-clock time hangs on what else the machine does.",
  memory:
    'Half of it is the Node binary itself, mapped and shared. Kysely (20 MB) and zod (10 MB) are the largest parts of the rest.',
} as const

export type Shortfall = keyof typeof SHORTFALLS
