/** The thread that makes the pages: one question after the other, so that Node-RED's own loop never waits for one. */
import { parentPort, workerData } from 'node:worker_threads';
import { asRapError } from '../errors/rap-error.ts';
import { serialQueue } from '../time/serial-queue.ts';
import { type Question, Renderer } from './render.ts';

const renderer = new Renderer(String(workerData));
const inTurn = serialQueue();

parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  void inTurn(() => renderer.answer(question)).then(
    (answer) => parentPort?.postMessage({ id, answer }),
    (thrown) => parentPort?.postMessage({ id, fault: asRapError(thrown).message }),
  );
});
