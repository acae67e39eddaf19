/** Servers of a test that listen once more at the port they had. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../../lib/errors/rap-error.ts';
import type { Simulator, Where } from '../../simulator/simulator.ts';

/** Somebody's outgoing connection may sit on the port for a moment. */
export async function startAgain(simulator: Simulator, where: Where): Promise<void> {
  for (;;) {
    try {
      return await simulator.startAddress(where);
    } catch (error) {
      if (systemCode(error) !== 'EADDRINUSE') throw error;
      await pause(50);
    }
  }
}
