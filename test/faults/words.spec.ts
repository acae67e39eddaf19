/**
 * What a server says - banners, disconnect messages, status texts, names, the garbage before a handshake - may
 * clear a screen, forge a line of a log or turn the direction of writing. Nothing of the kind gets out of the
 * engine as it is: not in an error or its causes, not in the ledger, a mail, a log or a terminal.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { inspect } from 'node:util';
import { renderAlarm } from '../../lib/mail/alarm-mail.ts';
import { renderDigest } from '../../lib/mail/digest.ts';
import { faultNamed, faultTitle, type NamedFault } from '../../simulator/faults/table.ts';
import { type House, openHouse, run, type Stage, stageFor } from './meeting.ts';

/** Moves a cursor, ends a line, turns the direction, or cannot be seen. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

const launcher = path.resolve('bin/rap');

/** Every string in a value, however deep, with the way to it; errors with their causes. */
function* stringsIn(value: unknown, way = '', seen = new Set<unknown>()): Generator<[string, string]> {
  if (typeof value === 'string') yield [way, value];
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  const keys = value instanceof Error ? Object.getOwnPropertyNames(value) : Object.keys(value);
  for (const key of keys) yield* stringsIn(Reflect.get(value, key), `${way}.${key}`, seen);
}

/** One line of visible characters; stacks and the bodies of mails may have lines, but none that was forged. */
function assertHarmless(where: string, text: string, lines = false): void {
  const inOneLine = lines ? text.replaceAll('\n', '') : text;
  assert.doesNotMatch(inOneLine, HARMFUL, `${where}: ${inspect(text)}`);
  assert.doesNotMatch(text, /^250 ok/m, `${where}: a forged line`);
}

/** What a command of ours says, on both streams; it ends by itself and never by a crash. */
async function said(words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [launcher, ...words]);
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => pieces.push(piece));
  const [status] = await once(child, 'close');
  const text = Buffer.concat(pieces).toString('utf8');
  assert.ok([0, 3, 4, 5].includes(status), `ended with ${status}: ${text}`);
  assert.doesNotMatch(text, /^ {4}at /m, 'a stack trace');
  return text;
}

describe('What a server says', function () {
  this.timeout(300_000);
  let house: House;
  let stage: Stage;

  before(async () => {
    house = await openHouse();
  });

  after(() => house.close());

  afterEach(() => stage.close());

  /** The words of a command that meets the fault, besides its own. */
  function connection(): string[] {
    const { keeper, simulator } = stage;
    const { user, addresses } = keeper.account;
    const [{ host, port } = { host: '', port: 0 }] = addresses.primary;
    return [
      ...['--host', host, '--port', `${port}`, '--user', user],
      ...['--key', simulator.accounts.hkscc.keyFile, '--known-hosts', simulator.knownHostsFile],
    ];
  }

  for (const [name, tells] of [
    ['N04-garbage', true],
    ['L03', true],
    ['L04', false],
    ['L07', true],
    ['P14', true],
    ['D04', true],
    ['D05', true],
  ] as const) {
    const fault = faultNamed(name) as NamedFault;
    describe(`in ${name}: ${faultTitle(fault.name, 'en')}`, () => {
      beforeEach(async () => {
        stage = await stageFor(house, fault);
      });

      it('is harmless in errors, their causes, results and the ledger', async () => {
        const meeting = await run(stage);
        assert.equal(meeting.told.length > 0, tells);
        const facts = await stage.ledger.runs.runFacts('run-1');
        const all = { told: meeting.told, listing: meeting.listing, summary: meeting.summary, facts };
        for (const [way, text] of stringsIn(all)) assertHarmless(way, text, way.endsWith('.stack'));
        // As a person sees it who prints an error while looking for its reason.
        for (const one of meeting.told)
          if (one instanceof Error) assertHarmless('console', inspect(one), true);
      });

      it('is harmless in mails', async () => {
        const meeting = await run(stage);
        const alarms = meeting.told.map((one) => {
          const { code, message = '' } = one as { code: string; message?: string };
          const at = Date.UTC(2025, 5, 20);
          return renderAlarm({ code, message, cure: '', where: 'list', run: 'run-1', account: 'hkscc', at });
        });
        const digest = renderDigest(await stage.ledger.runs.runFacts('run-1'));
        for (const { subject, text, html } of [...alarms, digest]) {
          assertHarmless('subject', subject);
          assertHarmless('text', text, true);
          assertHarmless('html', html, true);
        }
      });

      for (const json of [[], ['--json']]) {
        it(`is harmless in what rap fetch ${json.join('')} prints`, async () => {
          const words = ['--from', '/INBOX', '--to', path.join(stage.home, 'landing'), ...json];
          const text = await said(['fetch', ...connection(), ...words]);
          assert.ok(text.length > 0);
          assertHarmless('terminal', text, true);
        });
      }
    });
  }
});
