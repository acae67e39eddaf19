/**
 * The weather feeds of the demo: quiet, unless the file of signals says otherwise. The file is looked at every
 * second, so that a signal is issued by writing a line into it.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RapError } from '../lib/errors/rap-error.ts';
import { makeFolder } from '../lib/files/folders.ts';
import { readText } from '../lib/files/text-file.ts';
import type { Clock } from '../lib/time/clock.ts';
import { parseSignals } from '../lib/weather/signals.ts';
import { signalsText } from '../lib/weather/signals-file.ts';
import { startHko } from '../simulator/hko.ts';

export interface SimulatedWeather {
  url: string;
  /** CSV `code,issued,cancelled`, Hong Kong time. */
  signalsFile: string;
  stop(): Promise<void>;
}

const lookMs = 1000;

/**
 * @param complain told of a file that cannot be understood; the signals before it stay
 * @throws NodeJS.ErrnoException EADDRINUSE... when the port or the folder cannot be used
 */
export async function startWeather(
  home: string,
  port: number,
  clock: Clock,
  complain: (message: string) => void,
): Promise<SimulatedWeather> {
  const signalsFile = path.join(home, 'simulator', 'signals.csv');
  await makeFolder(path.dirname(signalsFile));
  await writeFile(signalsFile, 'code,issued,cancelled\n', { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const hko = await startHko({ clock, signals: [], port });
  let text = '';
  const look = async () => {
    const now = await readText(signalsFile, signalsText);
    if (now === text) return;
    text = now;
    hko.show(parseSignals(now, signalsFile));
    told = '';
  };
  // The file is looked at every second, and what is wrong with it is said once.
  let told = '';
  const say = (thrown: unknown) => {
    const message = thrown instanceof RapError ? thrown.message : String(thrown);
    if (message !== told) complain(message);
    told = message;
  };
  await look().catch(say);
  const timer = setInterval(() => void look().catch(say), lookMs);
  return {
    url: hko.url,
    signalsFile,
    async stop() {
      clearInterval(timer);
      await hko.stop();
    },
  };
}
