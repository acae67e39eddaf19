/**
 * What all nodes of one Node-RED share: the home folder, the clock and the one ledger of that home.
 * The ledger is opened by the first node that needs it and closed when the last node that used it has closed.
 */
import { join, resolve } from 'node:path';
import type { NodeAPI } from 'node-red';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { type Clock, realClock } from '../../lib/time/clock.ts';

/** The settings of settings.js that are ours. */
interface HouseSettings {
  userDir?: string;
  rapHome?: string;
  /** Replaces the real clock in rehearsals and tests. */
  rapClock?: Clock;
}

interface House {
  ledger: Promise<Ledger>;
  guests: Set<object>;
}

const houses = new Map<string, House>();

function settingsOf(RED: NodeAPI): HouseSettings {
  return RED.settings as unknown as HouseSettings;
}

/** RAP_HOME as an absolute path: `rapHome` of settings.js, else the environment, else below the user directory. */
export function homeOf(RED: NodeAPI): string {
  const { rapHome, userDir } = settingsOf(RED);
  return resolve(rapHome ?? process.env.RAP_HOME ?? join(userDir ?? '.', 'rap'));
}

export function clockOf(RED: NodeAPI): Clock {
  return settingsOf(RED).rapClock ?? realClock;
}

/**
 * The ledger of a home, opened when nobody has it open. `guest` keeps it open until `leaveHouse(guest)`.
 * @throws RapError LEDGER_UNUSABLE, LEDGER_TOO_NEW; the next call tries again
 */
export async function ledgerOf(home: string, clock: Clock, guest: object): Promise<Ledger> {
  let house = houses.get(home);
  if (house === undefined) {
    house = { ledger: openLedger(join(home, 'ledger.sqlite'), clock), guests: new Set() };
    houses.set(home, house);
  }
  house.guests.add(guest);
  try {
    return await house.ledger;
  } catch (thrown) {
    if (houses.get(home) === house) houses.delete(home);
    throw thrown;
  }
}

/** Says that a node is gone. The last one closes the ledger; resolves when that is done. */
export async function leaveHouse(guest: object): Promise<void> {
  for (const [home, house] of houses) {
    if (!house.guests.delete(guest) || house.guests.size > 0) continue;
    houses.delete(home);
    const ledger = await house.ledger.catch(() => undefined);
    await ledger?.close();
  }
}
