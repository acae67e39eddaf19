/** A fault that is chosen while the simulator runs: the next run of a client that has everything meets it. */
import assert from 'node:assert/strict';
import { catalogues } from '../../lib/i18n/catalogues.ts';
import { languages } from '../../lib/i18n/languages.ts';
import { faultNamed, faults, faultTitle, type NamedFault } from '../../simulator/faults/table.ts';
import { type FaultPlayer, faultPlayer } from '../../simulator/inbox/player.ts';
import { type House, openHouse, run, type Stage, stageFor } from '../faults/meeting.ts';

/** It behaves. */
const none: NamedFault = { name: 'N01', expected: ['right'], make: () => ({}) };

describe('A fault that is chosen', function () {
  this.timeout(300_000);
  let house: House;
  let stage: Stage;
  let player: FaultPlayer;
  let time = Date.UTC(2025, 5, 20, 15);

  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());
  beforeEach(async () => {
    stage = await stageFor(house, none);
    // Two choices within one second are two times all the same.
    const { simulator } = house;
    const offerAgain = () => {
      time += 10_000;
      return simulator.offerAgain(time);
    };
    player = faultPlayer({ setFault: (fault) => simulator.setFault(fault), offerAgain }, (fault) =>
      fault.make(),
    );
  });
  afterEach(() => stage.close());

  const codesOfRun = async () => [...(await run(stage)).codes].sort();

  for (const name of ['N12', 'P06', 'P17', 'D04', 'R03', 'R05', 'R08']) {
    const fault = faultNamed(name) as NamedFault;
    it(`is met by the next run, and by none after it is taken back: ${name}, ${faultTitle(fault.name, 'en')}`, async () => {
      assert.deepEqual(await codesOfRun(), []);
      assert.equal(await player.play(name.toLowerCase()), true);
      assert.equal(player.playing, fault);
      const found = await codesOfRun();
      assert.ok(
        found.some((code) => fault.expected.some((one) => one === code)),
        `${found}, expected ${fault.expected}`,
      );
      assert.equal(await player.play(''), true);
      assert.equal(player.playing, undefined);
      assert.deepEqual(await codesOfRun(), []);
    });
  }

  it('is none that is not in the table, and then goes on as before', async () => {
    await player.play('P06');
    for (const odd of ['P6', 'P06 ', '__proto__', 'list']) assert.equal(await player.play(odd), false, odd);
    assert.equal(player.playing?.name, 'P06');
    assert.ok((await codesOfRun()).includes('SHORT_FILE'));
  });

  it('is the former one where the new one cannot be played', async () => {
    await player.play('P06');
    const failing = faultPlayer(
      { setFault: () => Promise.reject(new Error('in use')), offerAgain: async () => {} },
      (fault) => fault.make(),
      faultNamed('P07'),
    );
    await assert.rejects(failing.play('P08'), /in use/);
    assert.equal(failing.playing?.name, 'P07');
  });
});

describe('The titles of the faults', () => {
  it('are there in each language, for each fault and for nothing else', () => {
    const titled = Object.keys(catalogues.en).filter((key) => key.startsWith('demo.faults.'));
    assert.deepEqual(titled.sort(), faults.map(({ name }) => `demo.faults.${name}`).sort());
    for (const language of languages) {
      for (const { name } of faults) {
        const text = faultTitle(name, language);
        assert.equal(/\p{Script=Han}/u.test(text), language !== 'en', `${name} ${language}: ${text}`);
      }
    }
  });
});
