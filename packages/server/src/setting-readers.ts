/** How the text of a setting is read: a value, or a sentence that says what is wrong with it. */
import { ok, error, type Result } from '@wharden/oci'
import { parseCidr, secret, type Cidr, type Secret } from '@wharden/system'

export function optional(text: string): Result<string | undefined, string> {
  return ok(text === '' ? undefined : text)
}

export function optionalSecret(text: string): Result<Secret | undefined, string> {
  return ok(text === '' ? undefined : secret(text))
}

export function onOrOff(text: string): Result<boolean, string> {
  return text === 'on' || text === 'off'
    ? ok(text === 'on')
    : error(`\`${text}\` is neither \`on\` nor \`off\``)
}

/** Ends with a slash, unless it is empty. */
export function s3Prefix(text: string): Result<string, string> {
  const name = text.replace(/\/+$/, '')
  if (name === '') return ok('')
  return /^[A-Za-z0-9!_.-][A-Za-z0-9!_./-]{0,199}$/.test(name)
    ? ok(`${name}/`)
    : error(`\`${text}\` is no beginning of names: letters, digits, \`!_.-\`, and slashes between them`)
}

export function endpoint(text: string): Result<URL | undefined, string> {
  if (text === '') return ok(undefined)
  const url = origin(text)
  return url === undefined
    ? error(`\`${text}\` is not an address such as https://minio.example.com:9000`)
    : ok(url)
}

export function host(text: string): Result<string, string> {
  const name = text.toLowerCase()
  return /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)
    ? ok(name)
    : error(`\`${text}\` is not a host name`)
}

export function port(text: string): Result<number | undefined, string> {
  return text === 'off' ? ok(undefined) : between(text, 0, 65_535)
}

export function wholeNumber(text: string): Result<number, string> {
  return between(text, 0, Number.MAX_SAFE_INTEGER)
}

export function wholeNumberOrOff(text: string): Result<number | undefined, string> {
  return text === 'off' ? ok(undefined) : wholeNumber(text)
}

export function between(text: string, least: number, most: number): Result<number, string> {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most
    ? ok(value)
    : error(`\`${text}\` is not a number from ${least} to ${most}`)
}

/** @returns a reader that takes one of these words and no other */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Result<Word, string> {
  return (text) => {
    const word = words.find((candidate) => candidate === text)
    return word === undefined ? error(`\`${text}\` is none of ${words.join(', ')}`) : ok(word)
  }
}

export function databaseUrl(text: string): Result<string | undefined, string> {
  if (text === '' || /^postgres(ql)?:\/\//.test(text)) return ok(text === '' ? undefined : text)
  return error('only postgres:// addresses are understood') // never repeats the text: it holds a password
}

function list<Item>(
  text: string,
  read: (item: string) => Item | undefined,
  what: string,
): Result<readonly Item[], string> {
  const items: Item[] = []
  for (const part of text.split(',').map((item) => item.trim())) {
    if (part === '') continue
    const item = read(part)
    if (item === undefined) return error(`\`${part}\` is not ${what}`)
    items.push(item)
  }
  return ok(items)
}

export function cidrs(text: string): Result<readonly Cidr[], string> {
  return list(text, parseCidr, 'an address range such as 10.0.0.0/8')
}

export function origins(text: string): Result<readonly URL[], string> {
  return list(text, origin, 'an address such as https://registry.example.com')
}

function origin(text: string): URL | undefined {
  const url = URL.parse(text)
  const bare =
    url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  return bare && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}
