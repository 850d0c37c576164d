/**
 * `npm run deploy-check`: what in deploy/ can be judged by its own tools without running it: the chart by helm, the alerts by
 * promtool, the unit by systemd-analyze, the balancer's file by haproxy. What isn't there is SKIPPED, and why.
 * `-- --update` writes the chart as rendered anew: deploy/helm/rendered.yaml is reviewed in its diff.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goInstall } from '../e2e/support/go-install.ts'
import { ROOT } from './repository.ts'
import { runCommand } from './run-command.ts'

const CHART = join(ROOT, 'deploy/helm/wharden')
const RENDERED = join(ROOT, 'deploy/helm/rendered.yaml')
const RENDER = ['--kube-version', '1.33.0', '--namespace', 'registry', '--set', 'serviceMonitor.enabled=true']
const scratch = await mkdtemp(join(tmpdir(), 'wharden-deploy-'))

try {
  await checkChart()
  await check('alerts', 'promtool', ['check', 'rules', join(ROOT, 'deploy/monitoring/alerts.yaml')])
  await check('alerts tried', 'promtool', ['test', 'rules', join(ROOT, 'deploy/monitoring/alerts.test.yaml')])
  await checkUnit()
  await checkBalancer()
} finally {
  await rm(scratch, { recursive: true })
}

async function checkChart(): Promise<void> {
  const helm = await goInstall('helm.sh/helm/v3/cmd/helm@v3.22.0')
  if (helm.type === 'unavailable') {
    say('SKIPPED', 'chart', `helm: ${helm.reason}`)
    if (!helm.optional && process.env['CI'] === 'true') process.exitCode = 1
    return
  }
  await check('chart', helm.path, ['lint', '--strict', '--kube-version', '1.33.0', CHART])
  const { exitCode, output } = await runCommand(helm.path, ['template', 'registry', CHART, ...RENDER])
  if (exitCode === 0 && process.argv.includes('--update')) await writeFile(RENDERED, output)
  const same = exitCode === 0 && output === (await readFile(RENDERED, 'utf8'))
  judge('chart as rendered', same, exitCode === 0 ? `not ${RENDERED}: see \`-- --update\`` : output)
  const secret = ['--set', 'settings.WHARDEN_SEAL_KEY=x']
  const refused = await runCommand(helm.path, ['template', 'registry', CHART, ...RENDER, ...secret])
  judge('chart takes no secret', refused.exitCode !== 0, refused.output)
}

async function checkUnit(): Promise<void> {
  const unit = join(scratch, 'wharden.service')
  const text = await readFile(join(ROOT, 'deploy/systemd/wharden.service'), 'utf8')
  // It names programs where they are installed.
  await writeFile(unit, text.replaceAll('/opt/wharden/', `${ROOT}/`))
  await check('unit', 'systemd-analyze', ['verify', unit])
  const limit = ['--offline=true', '--threshold=20', unit]
  await check('unit is hardened', 'systemd-analyze', ['security', ...limit])
}

async function checkBalancer(): Promise<void> {
  const pem = join(scratch, 'registry.pem')
  const subject = ['-subj', '/CN=registry.test', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const made = await runCommand('openssl', [
    'req',
    '-x509',
    '-nodes',
    ...subject,
    '-keyout',
    pem,
    '-out',
    `${pem}.crt`,
  ])
  if (made.exitCode !== 0) return say('SKIPPED', 'balancer', 'openssl is not installed')
  await writeFile(pem, (await readFile(pem, 'utf8')) + (await readFile(`${pem}.crt`, 'utf8')))
  const places = {
    REPLICA_ONE: '127.0.0.1:5000',
    REPLICA_TWO: '127.0.0.1:5001',
    BALANCER_BIND: '127.0.0.1:8443',
  }
  const env = { ...process.env, ...places, BALANCER_CERTIFICATE: pem }
  await check('balancer', 'haproxy', ['-c', '-f', join(ROOT, 'deploy/compose/haproxy.cfg')], env)
}

async function check(
  name: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const path = `${env['PATH'] ?? ''}:/usr/sbin:/sbin`
  const { exitCode, output } = await runCommand(command, args, { env: { ...env, PATH: path } })
  if (exitCode === 127) say('SKIPPED', name, `${command} is not installed`)
  else judge(name, exitCode === 0, output)
}

function judge(name: string, passed: boolean, output: string): void {
  say(passed ? 'passed' : 'FAILED', name, passed ? '' : `\n${output}`)
  if (!passed) process.exitCode = 1
}

function say(verdict: string, name: string, remark: string): void {
  console.log(`${verdict.padEnd(8)}${name.padEnd(24)}${remark}`)
}
