import { expect, test } from 'vitest'
import { createTally } from './tally.ts'

const GAUGES = {
  droppedActivity: () => 7,
  unconfirmedMilliseconds: () => 1_500,
  blobsFailingMilliseconds: () => 0,
}

test('counts requests, and how long they took, by what may be known of them', () => {
  const tally = createTally(GAUGES)
  tally.request('registry', 'GET', 200, 2)
  tally.request('registry', 'GET', 200, 2_000)
  tally.request('registry', 'GET', 404, 200_000)
  tally.request('token', 'BREW', 405, 1)
  const lines = tally.text().split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'wharden_requests_total{face="registry",method="GET",status="200"} 2',
      'wharden_requests_total{face="registry",method="GET",status="404"} 1',
      'wharden_requests_total{face="token",method="other",status="405"} 1',
      'wharden_request_seconds_bucket{le="0.001",face="registry",method="GET"} 0',
      'wharden_request_seconds_bucket{le="0.003",face="registry",method="GET"} 1',
      'wharden_request_seconds_bucket{le="3",face="registry",method="GET"} 2',
      'wharden_request_seconds_bucket{le="100",face="registry",method="GET"} 2',
      'wharden_request_seconds_bucket{le="+Inf",face="registry",method="GET"} 3',
      'wharden_request_seconds_sum{face="registry",method="GET"} 202.002',
      'wharden_request_seconds_count{face="registry",method="GET"} 3',
      'wharden_request_seconds_bucket{le="0.001",face="token",method="other"} 1',
      'wharden_activity_dropped_total 7',
      'wharden_generation_unconfirmed_seconds 1.5',
    ]),
  )
})

test('adds up what garbage collection did, and remembers when a run last came to its end', () => {
  const tally = createTally(GAUGES)
  tally.collected({ blobs: 2, bytes: 30, keys: 4, endedAt: 5_000 })
  tally.collected({ blobs: 1, bytes: 5, keys: 1, endedAt: null })
  const lines = tally.text().split('\n')
  for (const line of [
    'blobs_deleted_total 3',
    'bytes_deleted_total 35',
    'keys_deleted_total 5',
    'runs_total 2',
    'last_run_seconds 5',
  ])
    expect(lines).toContain(`wharden_gc_${line}`)
})
