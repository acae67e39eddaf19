/** What docs/deploy ships: the unit of systemd and the alerts of Prometheus; the container has tests of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { errorCodes } from '../../lib/errors/codes.ts';
import { exposition } from '../../lib/watch/exposition.ts';
import { allUnknown, HealthRecord } from '../../lib/watch/health.ts';
import { metricsOf } from '../../lib/watch/metrics.ts';
import { readExposition } from '../lib/watch/read-exposition.ts';

const deploy = fileURLToPath(new URL('../../docs/deploy/', import.meta.url));
/** Where the runbook is published. */
const RUNBOOK = 'https://github.com/rap-ops/node-red-hkex/blob/main/docs/runbook.md';
const text = (file: string) => readFileSync(path.join(deploy, file), 'utf8');

/** Does a program run here? What it would say is also checked without it, as far as that goes. */
const runs = (program: string) => spawnSync(program, ['--version']).status === 0;

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook?: string };
}

describe('the alerts of Prometheus', () => {
  const file = 'prometheus/rap-alerts.yml';
  const rules = (parse(text(file)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
  const shown = exposition(
    metricsOf({
      ...{
        at: 0,
        health: new HealthRecord().judge(allUnknown('x'), 0),
        holder: 'x',
        homeFree: 1,
        shares: [],
      },
      process: { version: '1', startedAt: 0, resident: 0, loopDelay: { median: 0, p99: 0, max: 0 } },
      ledger: undefined,
      well: true,
      heartbeat: undefined,
    }),
  );
  const families = readExposition(shown);

  it('ask for metrics that there are, and for nothing else', () => {
    assert.ok(rules.length > 10);
    for (const { alert, expr } of rules) {
      const names = expr.match(/\brap_\w+/g) ?? [];
      for (const name of names) assert.ok(families.has(name), `${alert}: ${name}`);
      assert.ok(names.length > 0 || expr.includes('up{job="rap-ops"}'), alert);
    }
  });

  it('and metrics please the linter of Prometheus where promtool is', () => {
    // What it refused once: the label of a summary on another kind of family.
    for (const [, name] of shown.matchAll(/^(\w+)\{[^}]*quantile=/gm))
      assert.match(shown, new RegExp(`^# TYPE ${name} summary$`, 'm'));
    if (!runs('promtool')) return;
    const done = spawnSync('promtool', ['check', 'metrics'], { input: shown, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stdout + done.stderr);
  });

  it('say what is wrong, how grave it is, and where more stands that is there', () => {
    const anchors = new Set(errorCodes.map((code) => `${RUNBOOK}#${code.toLowerCase()}`));
    const service = readFileSync(fileURLToPath(new URL('../../docs/service.md', import.meta.url)), 'utf8');
    for (const { alert, labels, annotations } of rules) {
      assert.match(labels.severity, /^(critical|warning)$/, alert);
      assert.notEqual(annotations.summary, '', alert);
      const { runbook } = annotations;
      const [, anchor] = /service\.md#(.+)$/.exec(runbook ?? '') ?? [];
      const heads = service.matchAll(/^#+ (.+)$/gm);
      const isHead = [...heads].some(([, head = '']) => head.toLowerCase().replaceAll(' ', '-') === anchor);
      assert.ok(runbook === undefined || anchors.has(runbook) || isHead, `${alert}: ${runbook}`);
    }
  });

  it('are tested, each of them, and pass where promtool is', () => {
    const tests = text('prometheus/rap-alerts.test.yml');
    for (const name of new Set(rules.flatMap(({ expr }) => expr.match(/\brap_\w+/g) ?? []))) {
      assert.ok(tests.includes(name), `${name} is in no test`);
    }
    if (!runs('promtool')) return;
    const folder = path.join(deploy, 'prometheus');
    const done = spawnSync('promtool', ['test', 'rules', 'rap-alerts.test.yml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(done.status, 0, done.stdout + done.stderr);
  });
});

describe('the unit of systemd', () => {
  const unit = text('systemd/rap-ops.service');
  const of = (key: string) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value);

  it('is watched, started again, stopped politely, and has no more rights than it needs', () => {
    const wanted: Record<string, string> = {
      ...{ Type: 'notify', NotifyAccess: 'all', WatchdogSec: '20', WatchdogSignal: 'SIGKILL' },
      ...{ Restart: 'always', RestartPreventExitStatus: '2', StartLimitIntervalSec: '0', UMask: '0077' },
      ...{ NoNewPrivileges: 'yes', ProtectSystem: 'strict', ProtectHome: 'yes', CapabilityBoundingSet: '' },
      ...{ LimitCORE: '0', User: 'rapops', ProtectProc: 'invisible', EnvironmentFile: '-/etc/rap-ops.env' },
    };
    for (const [key, value] of Object.entries(wanted)) assert.deepEqual(of(key), [value], key);
    assert.deepEqual(of('SystemCallFilter'), ['@system-service', '~@privileged @resources']);
    // Longer than Node-RED takes to close, so that nothing is killed in the middle.
    assert.ok(Number(of('TimeoutStopSec')[0]) > 8 + 15);
    assert.ok(!/SECRET|TOKEN|PASSWORD/.test(of('Environment').join()), 'no secret in the unit');
  });

  it('starts a program of this project as the start script does', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const [command = ''] = of('ExecStart');
    const files = command.split(' ').filter((word) => word?.startsWith('/opt/rap-ops/'));
    assert.equal(files.length, 3);
    for (const file of files.slice(1)) {
      const here = path.join(root, file.replace('/opt/rap-ops/', ''));
      assert.ok(existsSync(here), file);
    }
  });

  it('is what systemd takes, where it is', () => {
    if (!runs('systemd-analyze')) return;
    const folder = mkdtempSync(path.join(tmpdir(), 'rap-unit-'));
    try {
      const file = path.join(folder, 'rap-ops.service');
      // The program lies elsewhere here.
      writeFileSync(file, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
      const done = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      const said = `${done.stdout}${done.stderr}`
        .split('\n')
        .filter((line) => line.includes('rap-ops.service'));
      assert.deepEqual(said, []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('nothing in docs/deploy is left out of these tests', () => {
  const files = globSync('**/*.*', { cwd: deploy }).map((file) => file.replaceAll('\\', '/'));
  const known = ['Dockerfile', 'compose.yml', 'healthcheck.js', 'settings.js', 'rap-ops.service'];
  for (const file of files.filter((one) => /^(systemd|container|prometheus)\//.test(one))) {
    assert.ok([...known, 'rap-alerts.yml', 'rap-alerts.test.yml'].includes(path.basename(file)), file);
  }
});
