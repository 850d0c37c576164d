/** A repository of the organization, or with a tag or digest one image in it. */
export type ImageName = { readonly repository: string; readonly tag?: string; readonly digest?: string }

/** `samples/nginx`, `samples/nginx:v1` or `samples/nginx@sha256:…`; whether each part is well-formed is the server's to say. */
export function imageName(text: string): ImageName {
  const at = text.indexOf('@')
  if (at !== -1) return { repository: text.slice(0, at), digest: text.slice(at + 1) }
  const colon = text.indexOf(':')
  return colon === -1
    ? { repository: text }
    : { repository: text.slice(0, colon), tag: text.slice(colon + 1) }
}

/** The same as text. */
export function formatImageName({
  repository,
  tag,
  digest,
}: {
  readonly repository: string
  readonly tag?: string | null
  readonly digest?: string | null
}): string {
  if (tag !== undefined && tag !== null) return `${repository}:${tag}`
  return digest === undefined || digest === null ? repository : `${repository}@${digest}`
}
