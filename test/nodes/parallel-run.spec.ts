/** The parallel run through the runtime: day by day, mailed, until the terminal is wanted no more. */
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openHome } from '../../lib/ledger/home-ledger.ts';
import { realClock } from '../../lib/time/clock.ts';
import { startInbox } from '../../simulator/inbox.ts';
import { aVersion } from '../lib/ledger/samples.ts';
import { frame, node } from '../support/flow-parts.ts';
import { mailsIn } from '../support/mails.ts';
import { idleAccounts } from '../support/practice-flow.ts';
import type { FlowNode, Runtime } from '../support/runtime.ts';
import { useSystem } from '../support/use-system.ts';

/** Monday to Wednesday. */
const DAYS = ['2026-11-02', '2026-11-03', '2026-11-04'] as const;

interface Payload {
  subject: string;
  text: string;
  equal: number;
  differ: number;
  days: number;
  ready: boolean;
}

describe('a parallel run', () => {
  const system = useSystem();
  let runtime: Runtime | undefined;
  let told = 0;
  beforeEach(async () => {
    told = 0;
    // Reports without a ledger would be those of a ledger that is gone.
    await (await openHome(system.home, realClock)).close();
  });

  async function put(file: string, content: string): Promise<string> {
    const target = path.join(system.home, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
    return target;
  }
  /** A report that RAP gave on a day; it lies in the landing folder. */
  async function given(account: string, date: string, name: string, content: string): Promise<void> {
    const file = await put(`landing/${account}/${date}/${name}`, content);
    const ledger = await openHome(system.home, realClock);
    const sha256 = `${account}${date}${name}${content}`.padEnd(64, '0').slice(0, 64);
    await ledger.reports.recordReceived(
      aVersion({ account, name, path: `/INBOX/${date}/${name}`, businessDate: date, file, sha256 }),
    );
    await ledger.close();
  }
  const terminal = (account: string, date: string, name: string, content: string) =>
    put(`terminal/${date}/${account}/${name}`, content);
  const nameOf = (date: string) => `CCLTN05_SIM001_${date.replaceAll('-', '')}.txt`;
  const bothGive = async (date: string, there = 'a\n') => {
    for (const account of ['SIM001', 'SIMC01']) {
      await given(account, date, nameOf(date), 'a\n');
      await terminal(account, date, nameOf(date), there);
    }
  };

  const compare = (settings: object = {}): FlowNode =>
    node(
      'compare',
      'report-compare',
      { folder: `${system.home}/terminal/{date}/{account}`, daily: true, readyDays: '2', ...settings },
      ['out'],
    );
  const start = async (...nodes: FlowNode[]) => {
    runtime = await system.start([...frame('out', 'end'), ...idleAccounts(), ...nodes]);
    return runtime;
  };
  async function day(date: string): Promise<Payload> {
    runtime?.send('compare', { date } as never);
    return (await runtime?.message('out', told++))?.payload as Payload;
  }
  it('counts days in a row over all accounts, and says when they are enough', async () => {
    for (const date of DAYS) await bothGive(date);
    await start(compare());
    const first = await day(DAYS[0]);
    assert.deepEqual([first.equal, first.differ, first.days, first.ready], [2, 0, 1, false]);
    assert.equal(runtime?.statusText('compare'), '1 of 2 days');
    const second = await day(DAYS[1]);
    assert.deepEqual([second.days, second.ready], [2, true]);
    assert.match(second.subject, /2026-11-03: no difference, ready to leave the terminal$/);
    assert.equal(runtime?.statusText('compare'), 'ready: 2 days');

    // The third day: one account lacks a file of the terminal, and has another content of the other.
    await terminal('SIMC01', DAYS[2], 'CSEMA08_SIM001_20261104.txt', 'x');
    await terminal('SIM001', DAYS[2], nameOf(DAYS[2]), 'b\n');
    const third = await day(DAYS[2]);
    assert.deepEqual([third.differ, third.days, third.ready], [2, 0, false]);
    assert.match(third.text, /Only at the terminal: CSEMA08_SIM001_20261104\.txt/);
    assert.match(third.text, /2026-11-02: 1 equal, 0 different/);
    assert.equal(runtime?.statusText('compare'), '2 differ');

    // What was wrong is put right, and the day compared again.
    await given('SIMC01', DAYS[2], 'CSEMA08_SIM001_20261104.txt', 'x');
    await terminal('SIM001', DAYS[2], nameOf(DAYS[2]), 'a\n');
    assert.deepEqual((await day(DAYS[2])).days, 3);
  });

  it('never counts a day on which nobody compared, or nothing lies at the terminal', async () => {
    for (const date of DAYS) await bothGive(date);
    await start(compare());
    await day(DAYS[0]);
    const third = await day(DAYS[2]);
    assert.equal(third.days, 1);
    assert.match(third.text, /On 2026-11-03 nobody compared\./);
    await rm(path.join(system.home, 'terminal', DAYS[1]), { recursive: true });
    const second = await day(DAYS[1]);
    assert.deepEqual([second.days, second.ready], [0, false]);
    assert.match(second.subject, /nothing was compared$/);
  });

  it('compares all that came for the date, whichever run brought it, and the newest version of each', async () => {
    await given('SIM001', DAYS[0], nameOf(DAYS[0]), 'old\n');
    await given('SIM001', DAYS[0], nameOf(DAYS[0]), 'new\n');
    await given('SIM001', DAYS[0], 'CSEMA08_SIM001_20261102.txt', 'x');
    await given('SIM001', DAYS[1], nameOf(DAYS[1]), 'other day');
    await terminal('SIM001', DAYS[0], nameOf(DAYS[0]), 'new\r\n');
    await terminal('SIM001', DAYS[0], 'CSEMA08_SIM001_20261102.txt', 'x');
    await start(compare({ ignoreForm: true }));
    runtime?.send('compare', { date: DAYS[0], rap: { account: 'SIM001' } } as never);
    const payload = (await runtime?.message('out', told++))?.payload as Payload;
    assert.deepEqual([payload.equal, payload.differ, payload.days], [1, 0, 1]);
    assert.match(payload.text, /only line ends/);
    assert.doesNotMatch(payload.text, /SIMC01/);
  });

  it('takes the files of the day out of a folder that holds many', async () => {
    for (const date of DAYS) {
      await given('SIM001', date, nameOf(date), 'a');
      await put(`all/SIM001/${nameOf(date)}`, 'a');
    }
    await start(compare({ folder: `${system.home}/all/{account}` }));
    runtime?.send('compare', { date: DAYS[1], rap: { account: 'SIM001' } } as never);
    const payload = (await runtime?.message('out', told++))?.payload as Payload;
    assert.deepEqual([payload.equal, payload.differ], [1, 0]);
  });

  it('is a mail that contact-notify sends, in the language of the contacts', async () => {
    await bothGive(DAYS[0], 'b\n');
    const inbox = await startInbox({ mailbox: `${system.home}/mailbox` });
    try {
      await start(
        {
          ...{
            id: 'contacts',
            type: 'rap-contacts',
            name: '',
            allowedDomains: 'broker.example',
            language: 'zh-Hant',
          },
          contacts: [{ name: 'Desk', email: 'desk@broker.example', groups: '' }],
          ...{
            host: '127.0.0.1',
            port: String(inbox.smtpPort),
            security: 'none',
            from: 'rap@broker.example',
          },
        },
        { ...compare(), wires: [['notify']] },
        node(
          'notify',
          'contact-notify',
          { kind: 'text', contacts: 'contacts', subject: '{{payload.subject}}', text: '{{payload.text}}' },
          ['end'],
        ),
      );
      runtime?.send('compare', { date: DAYS[0] } as never);
      await runtime?.message('end');
      const [mail] = await mailsIn(`${system.home}/mailbox`);
      assert.match(mail?.subject ?? '', /RAP 與終端機比較，2026-11-02：2 項差異/);
      assert.match(mail?.text ?? '', /SIM001/);
    } finally {
      await inbox.stop();
    }
  });

  it('says at the deploy what no comparison could work with, and what a message got wrong', async () => {
    const caught = async () => {
      const { error } = (await runtime?.message('caught')) ?? {};
      return error as { code: string; message: string };
    };
    const codeOf = async (settings: object) => {
      await start(compare(settings));
      const { code, message } = await caught();
      await runtime?.stop();
      return `${code} ${message}`;
    };
    assert.match(await codeOf({ folder: '' }), /CONFIG_INVALID folder: say where/);
    assert.match(await codeOf({ folder: `${system.home}/terminal` }), /several accounts/);
    await start(compare());
    runtime?.send('compare', { date: 'today' } as never);
    const { message } = await caught();
    assert.match(message, /msg\.date is not a date/);
  });
});
