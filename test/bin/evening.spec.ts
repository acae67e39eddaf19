/** An evening of the daily download, lived by the shipped flow in a Node-RED of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { offerEvening } from '../../bin/evening-offer.ts';
import { type FlowNode, stageEvening } from '../../bin/rehearsal/rehearsal-flow.ts';
import { inLanguage } from '../../simulator/inbox/offer.ts';
import { temporaryFolder } from '../lib/files/temp-folder.ts';
import { readFlow } from '../support/shipped-flow.ts';

/** A share below the home of a flow. */
const atHome = (name: string) => `\${RAP_HOME}/shares/${name}`;

const launcher = path.resolve('bin/rap');

/** Subjects of the mails that the bad evening must bring. */
const WANTED = [
  /report at risk · RPP/,
  /report late · RPP/,
  /recovered/,
  /other content · CSEMA08/,
  /report late · RPF01/,
  /report missing · RPF01/,
  /CRITICAL SIM001: report is wrong · RMAMR03/,
  /report missing · RMAMR03 set 4/,
  /reports 2026-11-27/,
];

describe('rap evening', () => {
  const home = temporaryFolder();

  async function live(...words: string[]) {
    const child = spawn(process.execPath, [launcher, 'evening', '--home', home(), '--json', ...words]);
    let [said, complaint] = ['', ''];
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (complaint += chunk));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, complaint + said);
    const lines = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { lines, summary: lines.at(-1) };
  }

  async function subjects(folder: string): Promise<string[]> {
    const names = (await fs.readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
    const mails = await Promise.all(
      names.map(async (name) => PostalMime.parse(await fs.readFile(path.join(folder, name)))),
    );
    return mails.map(({ subject = '' }) => subject);
  }

  it('lives the bad evening: its mails come, its files lie on shares of its own, and nothing else is touched', async () => {
    const mailbox = path.join(home(), 'mailbox');
    const { lines, summary } = await live('--date', '2026-11-27', '--mailbox', mailbox);
    assert.equal(lines.find(({ minute }) => minute !== undefined).minute, '2026-11-27 18:20');
    assert.equal(lines.findLast(({ minute }) => minute !== undefined).minute, '2026-11-27 23:04');
    const told = await subjects(mailbox);
    assert.equal(told.length, summary.mails);
    assert.deepEqual(summary.subjects, told);
    for (const wanted of WANTED)
      assert.ok(
        told.some((one) => wanted.test(one)),
        `${wanted} of\n${told.join('\n')}`,
      );
    const filed = await fs.readdir(path.join(home(), 'evening', 'shares'), { recursive: true });
    assert.ok(filed.some((name) => name.includes('CCLTN05_SIM001_20261127')));
    assert.ok(!filed.some((name) => name.includes('RPF01_20261127')));
    assert.deepEqual((await fs.readdir(home())).sort(), ['evening', 'mailbox']);
  }).timeout(900_000);

  it('goes on past midnight, on a day that is told', async () => {
    const { lines } = await live(
      ...['--date', '2026-11-27', '--from', '23:55', '--until', '01:15'],
      ...['--day', 'late RPF@hkcc at 01:10'],
    );
    assert.equal(lines.findLast(({ minute }) => minute !== undefined).minute, '2026-11-28 01:14');
    const told = await subjects(path.join(home(), 'evening', 'mailbox'));
    assert.ok(
      told.some((one) => /report late · RPF/.test(one)),
      told.join('\n'),
    );
    assert.ok(!told.some((one) => /RPP|RMAMR03/.test(one)), told.join('\n'));
  });

  it('is stopped in the middle, and begins anew', async () => {
    const offer = offerEvening(home());
    offer.start();
    offer.start();
    assert.notEqual(offer.running, undefined);
    await offer.stop();
    assert.equal(offer.running, undefined);
    assert.match(inLanguage(offer.last, 'en'), /before its time/);
    offer.start();
    assert.notEqual(offer.running, undefined);
    await offer.stop();
  });

  it('refuses words that it does not understand', async () => {
    const child = spawn(process.execPath, [launcher, 'evening', '--home', home(), '--day', 'laet RP009']);
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    assert.deepEqual(await once(child, 'close'), [2, null]);
    assert.match(said, /"laet".*\n.*Did you mean "late"/);
  });
});

describe('the flow of an evening', () => {
  it('is at the simulator with everything, and writes below its own home only', async () => {
    const flow = (await readFlow('01 Daily download.json')) as FlowNode[];
    const real = flow.map((node) =>
      node.type === 'report-route'
        ? {
            ...node,
            shares: 'marked',
            rules: [{ share: '/mnt/margin' }, { share: atHome('own') }],
          }
        : node,
    );
    const account = { user: 'U', participant: 'P', keyFile: '/sim/key' };
    const staged = stageEvening([...real, { id: 'far', type: 'http request', z: flow[0]?.id }], {
      simulator: {
        accounts: { hkscc: account, 'hkcc-seoch': account },
        addresses: [],
        knownHostsFile: '/sim/known',
      } as never,
      smtpPort: 25,
    });
    const of = (type: string) => staged.filter((node) => node.type === type);
    assert.equal(of('http request').length, 0);
    assert.ok(of('rap-account').length > 0);
    for (const node of of('rap-account'))
      assert.deepEqual([node.keyFile, node.knownHosts], ['/sim/key', '/sim/known']);
    for (const node of of('rap-contacts')) assert.deepEqual([node.host, node.port], ['127.0.0.1', '25']);
    for (const { shares, rules } of of('report-route')) {
      const places = (rules as { share: string }[]).map(({ share }) => share);
      assert.deepEqual([shares, ...places], ['any', atHome('1'), atHome('own')]);
    }
    assert.ok(of('rap-schedule').every(({ catchUp }) => catchUp === false));
  });
});
