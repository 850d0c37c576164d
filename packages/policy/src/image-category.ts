/**
 * Of an image from docker.io; images of other registries have one only where a rule gives it.
 * Docker-sponsored open source counts as `community`.
 * https://docs.docker.com/enterprise/security/hardened-desktop/image-access-management/
 */
export const IMAGE_CATEGORIES = ['official', 'verified-publisher', 'organization', 'community'] as const
export type ImageCategory = (typeof IMAGE_CATEGORIES)[number]
