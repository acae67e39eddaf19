/** What came of the first run of a demo, for the person at the terminal. */
import { setTimeout as pause } from 'node:timers/promises';

/** The desk's light, or undefined while nobody answers. */
async function lightAt(editor, signal) {
  try {
    const answer = await fetch(`${editor}/rap-ops/light?lang=en`, { signal });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Says one line: that all is well, as soon as it is, or what is not when the first run has had its time.
 * @param editor address of the editor
 * @param every, within milliseconds between two looks, and for all of them
 * @param now the time in milliseconds
 */
export async function tellFirstRun(
  editor,
  { print, complain },
  signal,
  { every = 2_000, within = 120_000, now = () => performance.now() } = {},
) {
  const until = now() + within;
  for (;;) {
    const light = await lightAt(editor, signal);
    if (signal.aborted) return;
    if (light?.tone === 'ok') return print(`first run   ${light.headline}`);
    if (now() >= until) {
      const said = light === undefined ? ['the desk does not answer'] : [light.headline, ...light.others];
      const tell = light === undefined || light.tone === 'bad' || light.tone === 'warn' ? complain : print;
      return tell(`first run   ${said.join('; ')} - see ${editor}/rap-ops/`);
    }
    await pause(every, undefined, { signal }).catch(() => {});
  }
}
