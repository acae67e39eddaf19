/** One set-up at a time per checkout: commands started together wait for the first instead of colliding. */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { inside, textOf, UserError } from './checkout.js';

const file = inside('.setup.lock');

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function claim() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new UserError(
      `The checkout cannot be written (${error.code}): set-up needs to write to ${inside()}.`,
    );
  }
}

/** Runs `body` while holding the lock of the checkout. A lock left by a dead process is taken over. */
export async function exclusively(say, body) {
  for (let told = false; !claim(); ) {
    const holder = Number.parseInt(textOf(file), 10);
    if (holder > 0 && !alive(holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) say(`waiting for the set-up that process ${holder} is doing`);
    told = true;
    await wait(250);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await body();
  } finally {
    process.off('exit', release);
    release();
  }
}
