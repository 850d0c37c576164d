/** Prints the Debian packages that the tests need, one per line, for `.ci/run` and for people. */
import { PACKAGES } from './requirements.ts'

for (const name of PACKAGES) console.log(name)
