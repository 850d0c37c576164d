/** Milliseconds in which a pull limit counts, from the first pull on: Docker's six hours. https://docs.docker.com/docker-hub/usage/pulls/ */
export const PULL_WINDOW = 6 * 3_600_000
