/** The thread that makes the pages: one question after the other, so that Node-RED's own loop never waits for one. */
import { parentPort, workerData } from 'node:worker_threads';
import { asRapError } from '../errors/rap-error.ts';
import { readAllTexts } from '../i18n/translate.ts';
import { realClock, sleep } from '../time/clock.ts';
import { serialQueue } from '../time/serial-queue.ts';
import { packed } from './pack.ts';
import { type Question, Renderer } from './render.ts';

readAllTexts();

const renderer = new Renderer(String(workerData));
const inTurn = serialQueue();

/** So often it is seen whether there are new names, and so long others get their turn between two slices, milliseconds. */
const NAMES_MS = 30_000;
const SLICE_MS = 5;

/** The index of names comes along between the questions. */
async function followNames(): Promise<never> {
  for (;;) {
    const more = await inTurn(async () => renderer.fillNames()).catch(() => false);
    await sleep(realClock, more ? SLICE_MS : NAMES_MS);
  }
}
let isFollowing = false;

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  void inTurn(() => renderer.answer(question)).then(
    (made) => {
      const answer = packed(made, question.gzip);
      // Handed over, not copied.
      parentPort?.postMessage({ id, answer }, [answer.body.buffer]);
    },
    (thrown) => parentPort?.postMessage({ id, fault: asRapError(thrown).message }),
  );
  if (isFollowing) return;
  isFollowing = true;
  void followNames();
});
