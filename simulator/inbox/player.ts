/** What the simulator does wrong, as the inbox's page lets people choose it. */
import { serialQueue } from '../../lib/time/serial-queue.ts';
import type { Fault } from '../fault.ts';
import { faultNamed, type NamedFault } from '../faults/table.ts';

export interface FaultPlayer {
  /** The one that goes on, or undefined. */
  readonly playing: NamedFault | undefined;
  /**
   * Lets every run from now on meet this fault and no other, and offers all reports again, so that the next run has
   * something to fetch.
   * @param name as in the table, '' for none
   * @returns false, and nothing is changed, where there is none of that name
   * @throws NodeJS.ErrnoException when an address cannot be used any more, or the disk does not take new times
   */
  play(name: string): Promise<boolean>;
}

/** What of the simulator is needed for it. */
export interface Misled {
  setFault(fault: Fault | undefined): Promise<void>;
  offerAgain(): Promise<void>;
}

/** @param make a fresh fault for each time it is chosen: some remember what they have done */
export function faultPlayer(
  simulator: Misled,
  make: (fault: NamedFault) => Fault,
  atFirst?: NamedFault,
): FaultPlayer {
  const inTurn = serialQueue();
  let playing = atFirst;
  return {
    get playing() {
      return playing;
    },
    play: (name) =>
      inTurn(async () => {
        const fault = faultNamed(name);
        if (fault === undefined && name !== '') return false;
        await simulator.setFault(fault === undefined ? undefined : make(fault));
        playing = fault;
        await simulator.offerAgain();
        return true;
      }),
  };
}
