/** The thread that looks through a ledger's file (see whole-file.ts), with a connection of its own that only reads. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { check } from './whole-file.ts';

const database = new DatabaseSync(workerData, { readOnly: true });
try {
  parentPort?.postMessage(check(database));
} finally {
  database.close();
}
