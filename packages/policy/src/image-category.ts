/**
 * Of an image from docker.io; images of other registries have one only where a rule gives it.
 * Docker-sponsored open source counts as `community`. From the most to the least trusted.
 * https://docs.docker.com/enterprise/security/hardened-desktop/image-access-management/
 */
export const IMAGE_CATEGORIES = ['organization', 'official', 'verified-publisher', 'community'] as const
export type ImageCategory = (typeof IMAGE_CATEGORIES)[number]

/** Of two categories the less trusted one. */
export function lessTrusted(one: ImageCategory, other: ImageCategory): ImageCategory {
  return IMAGE_CATEGORIES.indexOf(one) > IMAGE_CATEGORIES.indexOf(other) ? one : other
}
