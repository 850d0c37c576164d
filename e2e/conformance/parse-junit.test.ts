import { expect, it } from 'vitest'
import { parseJunit } from './parse-junit.ts'

it('reads name, status and message of each case', () => {
  const xml = `<testsuites tests="2"><testsuite name="OCI">
    <testcase name="OCI/ping" classname="" time="0.1" status="passed"><system-err>GET</system-err></testcase>
    <testcase name="OCI/a &lt;b&gt;" classname="" status="failure">
      <system-out>expected &#34;x&#34;&#xA;&amp; got y</system-out></testcase>
  </testsuite></testsuites>`
  expect(parseJunit(xml)).toEqual([
    { name: 'OCI/ping', status: 'passed', message: '' },
    { name: 'OCI/a <b>', status: 'failure', message: 'expected "x"\n& got y' },
  ])
})
