/** The thread that compares passwords: bcrypt is slow on purpose, and made of JavaScript it would hold up everything. */
import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

parentPort?.on('message', ({ id, password, hash }: { id: number; password: string; hash: string }) => {
  bcrypt.compare(password, hash).then(
    (fits) => parentPort?.postMessage({ id, fits }),
    // What is no hash fits nothing.
    () => parentPort?.postMessage({ id, fits: false }),
  );
});
