/**
 * The thread that hashes large files. It reads what was written from the file itself, so the hash is one of what
 * lies on the disk, and the thread that receives is not held up.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

/** `upTo`: so many bytes of the file are written; `last`: that is all of it; `drop`: nobody wants the hash. */
export interface HashOrder {
  id: number;
  file: string;
  upTo: number;
  last: boolean;
  drop: boolean;
}

export type HashAnswer = { id: number; sha256: string } | { id: number; error: string };

interface Work {
  descriptor: number;
  hash: Hash;
  at: number;
}

const block = Buffer.allocUnsafeSlow(1024 * 1024);
const works = new Map<number, Work>();

function workOf({ id, file }: HashOrder): Work {
  const known = works.get(id);
  if (known !== undefined) return known;
  const work = { descriptor: openSync(file, 'r'), hash: createHash('sha256'), at: 0 };
  works.set(id, work);
  return work;
}

function end(id: number): void {
  const work = works.get(id);
  works.delete(id);
  if (work !== undefined) closeSync(work.descriptor);
}

function follow(work: Work, upTo: number): void {
  while (work.at < upTo) {
    const length = readSync(work.descriptor, block, 0, Math.min(block.length, upTo - work.at), work.at);
    if (length === 0) throw new Error(`the file ends at ${work.at}, before ${upTo}`);
    work.hash.update(block.subarray(0, length));
    work.at += length;
  }
}

function answer(order: HashOrder): HashAnswer | undefined {
  if (order.drop) {
    end(order.id);
    return undefined;
  }
  try {
    const work = workOf(order);
    follow(work, order.upTo);
    if (!order.last) return undefined;
    const sha256 = work.hash.digest('hex');
    end(order.id);
    return { id: order.id, sha256 };
  } catch (error) {
    end(order.id);
    return { id: order.id, error: String(error) };
  }
}

parentPort?.on('message', (order: HashOrder) => {
  const reply = answer(order);
  if (reply !== undefined) parentPort?.postMessage(reply);
});
