/** Faults of many reports are told as one for each code; other faults by what they are about. */
import assert from 'node:assert/strict';
import { gatherFaults } from '../../../lib/collection/report-faults.ts';
import { RapError } from '../../../lib/errors/rap-error.ts';

const unrouted = (path: string) =>
  new RapError('UNROUTED', `No routing rule matches ${path}`, { subject: path });

describe('The faults of deliveries', () => {
  it('are one for each code, with the reports in the order in which they were met', () => {
    const gone = new RapError('FILE_CHANGED', 'The copy in landing differs', { subject: '/INBOX/b' });
    const told = gatherFaults([unrouted('/INBOX/b'), gone, unrouted('/INBOX/a'), unrouted('/INBOX/b')]);
    assert.deepEqual(
      told.map(({ code, subject, reports }) => [code, subject, reports]),
      [
        ['UNROUTED', '', ['/INBOX/b', '/INBOX/a']],
        ['FILE_CHANGED', '', ['/INBOX/b']],
      ],
    );
    assert.equal(told[0]?.message, '2 reports, the first: No routing rule matches /INBOX/b');
    assert.equal(told[1]?.message, 'The copy in landing differs');
  });

  it('keep cure and details', () => {
    const [told] = gatherFaults([
      new RapError('NAME_REFUSED', 'x', { subject: '/a', cure: 'Do this', details: { field: 'rules[0]' } }),
    ]);
    assert.deepEqual([told?.cure, told?.details.field], ['Do this', 'rules[0]']);
  });

  it('of shares are told by share, the last word of each', () => {
    const full = (subject: string, message: string) => new RapError('DISK_FULL', message, { subject });
    const told = gatherFaults([full('/ops', '9 MB left'), full('/risk', 'full'), full('/ops', '8 MB left')]);
    assert.deepEqual(
      told.map(({ subject, message }) => [subject, message]),
      [
        ['/ops', '8 MB left'],
        ['/risk', 'full'],
      ],
    );
  });
});
