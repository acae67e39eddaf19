import assert from 'node:assert/strict';
import fc from 'fast-check';
import { closeToOthers, othersIn, othersWhoMay, type RunProgram } from '../../../lib/files/rights.ts';

const ME = 'S-1-5-21-1004336348-1177238915-682003330-1001';
const saved = (list: string) => `rap\r\n${list}\r\n`;

describe('The rights of Windows', () => {
  const table: [string, string, string[] | undefined][] = [
    [
      'the owner, the system and its administrators',
      `D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;${ME})`,
      [],
    ],
    ['what C:\\ gives by itself', 'D:AI(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)', ['Users']],
    ['everybody', 'D:(A;;FR;;;WD)', ['Everyone']],
    ['no list at all', 'D:NO_ACCESS_CONTROL', ['Everyone']],
    ['a list without entries', 'D:P', []],
    ['whoever logged in, to change', 'D:AI(A;OICIIOID;SDGXGWGR;;;AU)', ['Authenticated Users']],
    ['a colleague', `D:P(A;;FA;;;S-1-5-21-1-2-3-1002)(A;;FA;;;${ME})`, ['S-1-5-21-1-2-3-1002']],
    ['two groups, one of them twice', 'D:(A;;FR;;;DU)(A;;FW;;;DU)(A;;GA;;;BG)', ['Domain Users', 'Guests']],
    ['somebody who may only see the name', 'D:(A;;0x100080;;;BU)(A;;FX;;;WD)', []],
    ['somebody who may give himself the right', 'D:(A;;WD;;;BU)', ['Users']],
    ['somebody who is kept out', 'D:(D;;FA;;;BG)(A;;FA;;;SY)', []],
    ['a list with an audit beside it', 'D:(A;;FA;;;SY)S:(AU;SA;FA;;;WD)', []],
    ['nothing', '', undefined],
    ['another text', 'The system cannot find the file specified.', undefined],
    ['half a list', 'D:(A;;FA;;;SY)(A;;FA', undefined],
  ];
  for (const [what, list, others] of table) {
    it(`of ${what} are read`, () => assert.deepEqual(othersIn(saved(list), ME), others));
  }

  it('are never read as closed when they hold an entry of a group', () => {
    const entry = fc.tuple(
      fc.constantFrom('', 'OICI', 'OICIID', 'ID'),
      fc.constantFrom('FA', 'FR', 'GR', '0x1200a9', '0x1301bf', 'CCDCLC'),
      fc.constantFrom('WD', 'BU', 'AU', 'DU'),
    );
    const safe = fc.constantFrom('(A;;FA;;;SY)', '(A;OICI;FA;;;BA)', `(A;;FA;;;${ME})`, '(D;;FA;;;WD)');
    fc.assert(
      fc.property(fc.array(safe), entry, fc.array(safe), (before, [flags, rights, group], after) => {
        const list = `D:AI${before.join('')}(A;${flags};${rights};;;${group})${after.join('')}`;
        assert.equal(othersIn(saved(list), ME)?.length, 1, list);
      }),
    );
  });

  /** icacls and whoami of a Windows, with what icacls saves when it is asked. */
  function system(list: string, refuse = '') {
    const asked: string[] = [];
    const run: RunProgram = (command, args) => {
      asked.push([command, ...args].join(' '));
      if (refuse !== '' && asked.at(-1)?.includes(refuse)) throw new Error(`${command} ENOENT`);
      return command === 'whoami' ? `"HOST\\ops","${ME}"\r\n` : '';
    };
    return { asked, options: { run, readSaved: () => Buffer.from(saved(list), 'utf16le') } };
  }

  it('are set for the owner, the system and its administrators, and looked at afterwards', () => {
    const { asked, options } = system(`D:P(A;;FA;;;${ME})`);
    assert.equal(closeToOthers('C:\\rap', 'folder', options), '');
    const [set = ''] = asked.filter((line) => line.includes('/inheritance:r'));
    for (const account of [ME, 'S-1-5-18', 'S-1-5-32-544'])
      assert.ok(set.includes(`/grant:r *${account}:(OI)(CI)F`), set);
    assert.ok(asked.some((line) => line.includes('/save')));
  });

  for (const [what, list, refuse, sentence] of [
    [
      'that cannot be set',
      'D:P',
      '/inheritance:r',
      /could not be set \(icacls ENOENT\).*may be able to read it/,
    ],
    ['of a user who cannot be found out', 'D:P', 'whoami', /could not be set/],
    ['that cannot be looked at', '', '', /were set, but could not be looked at/],
    ['that stayed open', 'D:(A;;FR;;;BU)', '', /Users may still read C:\\rap/],
  ] as const) {
    it(`${what} are never called closed, and the command that closes them is said`, () => {
      const said = closeToOthers('C:\\rap', 'folder', system(list, refuse).options);
      assert.match(said, sentence);
      assert.match(said, /icacls "C:\\rap" \/inheritance:r/);
    });
  }

  it('are not known where icacls is not there', () => {
    assert.equal(othersWhoMay('C:\\rap', system('D:P', 'icacls').options), undefined);
    assert.deepEqual(othersWhoMay('C:\\rap', system('D:(A;;FR;;;BU)').options), ['Users']);
  });
});
