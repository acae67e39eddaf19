/** What the dialogs mark while a person types is what a deploy refuses, in the editor's language. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type CellKind, cellFault } from '../../nodes/base/editor-cells.ts';
import { readAccount } from '../../nodes/rap-account/settings.ts';
import { readContacts } from '../../nodes/rap-contacts/settings.ts';
import { readSchedule } from '../../nodes/rap-schedule/settings.ts';

const unset = () => undefined;
const refuses = (read: () => unknown): boolean => {
  try {
    read();
    return false;
  } catch {
    return true;
  }
};

const account = (changes: object) =>
  readAccount(
    {
      ...{ name: 'a', installation: 'hkscc', user: 'B01234', hostKeys: [], folders: [{ folder: '/INBOX' }] },
      addresses: [{ dataCentre: 'primary', host: '10.243.2.141', port: '' }],
      ...changes,
    },
    unset,
  );
const contacts = (changes: object) =>
  readContacts(
    { host: 'relay', from: 'rap@broker.example', contacts: [], allowedDomains: 'broker.example', ...changes },
    unset,
    { credentials: {} },
  );

/** Each kind with the field of a node that is read by it. */
const fields: Partial<Record<CellKind, (text: string) => unknown>> = {
  address: (host) => account({ addresses: [{ dataCentre: 'primary', host, port: '' }] }),
  port: (port) => account({ addresses: [{ dataCentre: 'primary', host: '10.243.2.141', port }] }),
  hostKey: (fingerprint) => account({ hostKeys: [{ address: '10.243.2.141', fingerprint }] }),
  folders: (folder) => account({ folders: [{ folder }] }),
  user: (user) => account({ user }),
  seconds: (stallSeconds) => account({ stallSeconds }),
  timetable: (bandwidth) => account({ bandwidth }),
  people: (email) => contacts({ contacts: [{ name: '', email, groups: '' }] }),
  sender: (from) => contacts({ from }),
  domains: (allowedDomains) => contacts({ allowedDomains }),
  moment: (from) => contacts({ windows: [{ from, until: '2026-06-20 23:00', what: 'all', reason: 'x' }] }),
  times: (time) => readSchedule({ mode: 'times', times: [{ time }], calendar: 'none' }, unset),
  pattern: (pattern) => readSchedule({ mode: 'pattern', pattern, calendar: 'none' }, unset),
};

const texts: Partial<Record<CellKind, string[]>> = {
  address: [
    '10.243.2.141',
    '10.243.2.141:18801',
    'sftp://rap.example',
    'u@h',
    '10.243.2',
    'a b',
    '１０．２４３．２．１４１',
  ],
  port: ['18801', '18 801', '18801.0', 'ssh', '70000'],
  hostKey: [
    `SHA256:${'A'.repeat(43)}`,
    `256 SHA256:${'A'.repeat(43)} x (RSA)`,
    'SHA256:abc',
    `MD5:${'aa:'.repeat(15)}aa`,
  ],
  folders: ['/INBOX', '/INBOX; /OUT', '/INBOX/*', 'sftp://h/INBOX'],
  user: ['B01234', 'B0 1234', '\u200bB01234'],
  seconds: ['30', '1 min', '1:30', 'soon'],
  timetable: ['09:00-16:30 500', '9 AM to 5 PM 1 MB/s', '9-5 500', '09:00-16:30 500 kbps'],
  people: [
    'a@broker.example',
    'Chan, Tai Man <a@broker.example>; b@broker.example',
    'Chan',
    'A <a@broker.example>; B',
  ],
  sender: ['RAP, HK <rap@broker.example>', 'a@broker.example; b@broker.example'],
  domains: ['broker.example; @hk.broker.example', '*.broker.example'],
  moment: ['2026-06-20 8:00', '20/6/2026 8 AM', '06/07/2026 8:00', '2026-06-20'],
  times: ['21：30', '7:00, 9:30 PM', '9:5', '24:00'],
  pattern: ['30\t21\t*\t*\t1-5', '@daily', 'every day', '0 30 21 ? * 2-6'],
};

describe('The dialogs', () => {
  for (const [kind, typed] of Object.entries(texts) as [CellKind, string[]][]) {
    it(`mark a cell for ${kind} when a deploy refuses it, and only then`, () => {
      const refused = typed.map((text) => cellFault(kind, text, 'en-US') !== '');
      assert.deepEqual(
        refused,
        typed.map((text) => refuses(() => fields[kind]?.(text))),
        String(typed),
      );
      assert.ok(refused.includes(true) && refused.includes(false));
    });
  }

  it('limit amounts, and leave variables to the deploy', () => {
    assert.equal(cellFault('seconds', '10 min', 'en-US', [0, 600]), '');
    assert.match(
      cellFault('seconds', '11 min', 'en-US', [0, 600]),
      /"11 min" is outside 0 - 600\. Enter a number from 0 - 600\./,
    );
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's way to name environment variables
    assert.equal(cellFault('address', '${RAP_HOST}', 'en-US'), '');
  });

  it('speak the language of the editor', () => {
    assert.match(cellFault('times', '9:5', 'zh-TW'), /分鐘只有一個數字/);
    assert.match(cellFault('times', '9:5', 'zh-CN'), /分钟只有一个数字/);
    assert.match(cellFault('times', '9:5', 'de'), /one digit/);
  });

  it('load the readers before anything else of theirs', () => {
    const html = readFileSync(new URL('../../nodes/rap-account/rap-account.html', import.meta.url), 'utf8');
    const { name } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.ok(
      html.startsWith(`<script type="module" src="resources/${name}/nodes/base/editor-cells.js"></script>`),
    );
  });
});
