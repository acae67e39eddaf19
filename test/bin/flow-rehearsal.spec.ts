/**
 * The practice session flow in a Node-RED process that is killed without warning: the day comes out the same.
 * RAP_KILLS=all kills it after every single entry of the timeline; without it once, when downloads are stopped.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { loopbackOnly } from '../../bin/rehearsal/loopback-only.ts';
import { type FlowNode, stageFlow } from '../../bin/rehearsal/rehearsal-flow.ts';
import { movePlan } from '../../lib/practice/plan.ts';
import { practice20250621 } from '../../lib/practice/plans/2025-06-21.ts';
import { hongKongTime } from '../../lib/time/hong-kong.ts';
import { makeHome, removeHome } from '../support/home.ts';
import { readFlow } from '../support/shipped-flow.ts';

const rap = fileURLToPath(new URL('../../bin/rap', import.meta.url));
const flowFile = fileURLToPath(new URL('../../flows/02 Practice session.json', import.meta.url));

type Line = Record<string, string> & { summary?: boolean };

/** Lives the day; `kill` says after which line the process is killed. */
function run(home: string, kill: (line: Line) => boolean) {
  const words = ['rehearse', '--day', 'gale-in-part-1', '--flow', flowFile, '--home', home, '--json'];
  const child = spawn(process.execPath, [rap, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Line[] = [];
  let killed = false;
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (killed) return;
    const line = JSON.parse(text) as Line;
    lines.push(line);
    killed = kill(line);
    if (killed) child.kill('SIGKILL');
  });
  return new Promise<{ status: number | null; lines: Line[] }>((resolve) => {
    child.on('close', (status) => resolve({ status, lines }));
  });
}

/** What is left of a day: what people were told, what was fetched, and how it ended. */
async function outcomeOf(home: string, summary: Line) {
  const pack = path.join(home, 'practice', '2025-09-23', 'evidence');
  const json = async (name: string) => JSON.parse(await readFile(path.join(pack, name), 'utf8'));
  const mails: { createdAt: number; subject: string }[] = await json('mails.json');
  const { results } = (await json('summary.json')) as {
    results: {
      part: string;
      account: string;
      outcome: string;
      reports: { path: string; sha256: string }[];
    }[];
  };
  const { names, ids } = await mailbox(home);
  assert.equal(new Set(ids).size, names, 'no mail arrived twice');
  return {
    // The last one may still be on its way when the pack is written; the inbox shows that all arrived.
    mails: mails.map(({ createdAt, subject }) => `${hongKongTime(createdAt)} ${subject}`).toSorted(),
    arrived: names,
    results: results.map(({ part, account, outcome, reports }) => ({
      part,
      account,
      outcome,
      reports: reports.map((one) => `${one.path} ${one.sha256}`).toSorted(),
    })),
    verdict: summary.verdict,
    effectiveAt: summary.effectiveAt,
    dataCentre: summary.dataCentreAtEnd,
  };
}

async function mailbox(home: string): Promise<{ names: number; ids: string[] }> {
  const folder = path.join(home, 'mailbox');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return { names: names.length, ids: texts.map((text) => /^Message-ID: *(\S+)/im.exec(text)?.[1] ?? '') };
}

describe('rap rehearse --flow', function () {
  this.timeout(900_000);
  const homes: string[] = [];
  after(async () => {
    for (const home of homes) await removeHome(home);
  });
  async function newHome(): Promise<string> {
    const home = await makeHome();
    homes.push(home);
    return home;
  }

  it('comes out the same when Node-RED is killed in the middle of the day and started again', async () => {
    const wanted = new Set(process.env.RAP_KILLS === 'all' ? undefined : ['part-stop']);
    const calm = await newHome();
    const { status, lines } = await run(calm, () => false);
    assert.equal(status, 0);
    const expected = await outcomeOf(calm, lines.at(-1) ?? {});
    assert.deepEqual([expected.verdict, expected.effectiveAt], ['TERMINATED', '2025-09-23 14:35']);
    assert.equal(expected.arrived, expected.mails.length);

    const home = await newHome();
    const done = new Set<string>();
    for (;;) {
      const { status, lines } = await run(home, ({ at, what = '', title }) => {
        const key = `${at} ${what} ${title}`;
        if (at === undefined || done.has(key) || (wanted.size > 0 && !wanted.has(what))) return false;
        done.add(key);
        return true;
      });
      if (lines.at(-1)?.summary !== true) {
        assert.equal(status, null, 'it ends early only because it was killed');
        continue;
      }
      assert.equal(status, 0);
      assert.ok(done.size >= 1, `it was killed ${done.size} times`);
      assert.deepEqual(await outcomeOf(home, lines.at(-1) ?? {}), expected);
      return;
    }
  });

  it('takes the tab of the timer, aims every node at the simulator and leaves out what could reach further', async () => {
    const flow = (await readFlow('02 Practice session.json')) as FlowNode[];
    const timer = flow.find(({ type }) => type === 'session-timer');
    assert.ok(timer);
    const reaching: FlowNode[] = ['http request', 'exec', 'report-route', 'e-mail'].map((type, index) => ({
      id: `far-${index}`,
      type,
      z: timer.z,
    }));
    const other: FlowNode[] = [{ id: 'elsewhere', type: 'inject', z: 'another tab' }];
    const account = (installation: string) => ({
      installation,
      user: `sim-${installation}`,
      participant: 'SIM',
      keyFile: '/sim/key',
      rsaKeyFile: '',
      fingerprint: '',
    });
    const staged = stageFlow([...flow, ...reaching, ...other], timer.id, {
      plan: movePlan(practice20250621, '2025-09-23'),
      simulator: {
        accounts: { hkscc: account('hkscc'), 'hkcc-seoch': account('hkcc-seoch') } as never,
        addresses: [],
        knownHostsFile: '/sim/known_hosts',
      },
      feeds: [{ source: 'warnsum', url: 'http://127.0.0.1:9/' }],
      smtpPort: 25,
    });
    assert.deepEqual(staged.leftOut, ['e-mail', 'exec', 'http request', 'report-route']);
    const of = (type: string) => staged.flow.filter((node) => node.type === type);
    assert.equal(
      staged.flow.some(({ id }) => id === 'elsewhere'),
      false,
    );
    assert.deepEqual(
      of('rap-account').map(({ keyFile, hostKeys, knownHosts }) => [keyFile, hostKeys, knownHosts]),
      [
        ['/sim/key', [], '/sim/known_hosts'],
        ['/sim/key', [], '/sim/known_hosts'],
      ],
    );
    assert.deepEqual(
      of('rap-contacts').map(({ host, port, from }) => [host, port, from]),
      [['127.0.0.1', '25', 'REHEARSAL <rap@broker.example>']],
    );
    assert.deepEqual(of('weather-check')[0]?.feeds, [{ source: 'warnsum', url: 'http://127.0.0.1:9/' }]);
    assert.deepEqual(
      of('rap-plan').map(({ date, reportsOf }) => [date, reportsOf]),
      [['2025-09-23', '2025-09-22']],
    );
    assert.equal(of('session-timer').length, 1);
  });

  it('connects to nobody but this machine', async () => {
    const { Socket } = await import('node:net');
    const honest = Socket.prototype.connect;
    try {
      loopbackOnly();
      for (const host of ['192.0.2.1', 'www.example.org']) {
        await assert.rejects(
          new Promise((_, reject) => connect(80, host).on('error', reject)),
          /nobody but this machine/,
        );
      }
      await assert.rejects(
        new Promise((_, reject) => connect(1, '127.0.0.1').on('error', reject)),
        /ECONNREFUSED/,
      );
    } finally {
      Socket.prototype.connect = honest;
    }
  });
});
