import { InvalidArgumentError, Option } from 'commander'

const STATUSES = ['enabled', 'disabled'] as const
export type Status = (typeof STATUSES)[number]

/** `--status`; az takes it in upper and lower case, and so do scripts. */
export function statusOption(description?: string): Option {
  return new Option('--status <status>', description).choices(STATUSES).argParser((text): Status => {
    const status = STATUSES.find((known) => known === text.toLowerCase())
    if (status !== undefined) return status
    throw new InvalidArgumentError(`Allowed choices are ${STATUSES.join(', ')}.`)
  })
}
