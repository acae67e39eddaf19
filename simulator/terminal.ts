/**
 * A folder as people leave it who took their reports from the CCASS/CCMS terminal: the reports of one business
 * date, flat, under names of their own - or with a few differences to be found.
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../lib/files/folders.ts';
import type { Installation } from '../lib/model/types.ts';
import type { IsoDate } from '../lib/time/hong-kong.ts';
import type { Simulator } from './simulator.ts';

export interface TerminalOptions {
  /** Codes of reports that nobody took. */
  omit?: readonly string[];
  /** Codes of reports in which one figure differs. */
  differ?: readonly string[];
  /** Codes of text reports saved with other line ends, as a terminal on Windows does. */
  otherLineEnds?: readonly string[];
  /** Names of files that RAP does not have. */
  extra?: readonly string[];
}

/** Security Management reports and risk files are not taken from the terminal. */
const fromTerminal = /^(C[A-Z]{4}\d{2}|RMAM[A-Z]\d{2})_/;

/**
 * Fills the folder. @returns the names of the files in it
 */
export async function fillTerminal(
  folder: string,
  simulator: Pick<Simulator, 'reports' | 'tree'>,
  installation: Installation,
  date: IsoDate,
  { omit = [], differ = [], otherLineEnds = [], extra = [] }: TerminalOptions = {},
): Promise<string[]> {
  await makeFolder(folder);
  const names: string[] = [];
  for (const report of simulator.reports(installation, 'primary')) {
    const name = path.posix.basename(report.path);
    const is = (codes: readonly string[]) => codes.some((code) => name.startsWith(`${code}_`));
    if (report.businessDate !== date || !fromTerminal.test(name) || is(omit)) continue;
    const source = path.join(simulator.tree(installation, 'primary'), report.path);
    const target = path.join(folder, name);
    if (is(differ)) await writeFile(target, changed(await readFile(source)));
    else if (is(otherLineEnds))
      await writeFile(target, otherEnds(await readFile(source, 'latin1')), 'latin1');
    else await copyFile(source, target);
    names.push(name);
  }
  for (const name of extra) {
    await writeFile(path.join(folder, name), `Only at the terminal: ${name}\r\n`);
    names.push(name);
  }
  return names.sort();
}

/** One figure near the end is another one. */
function changed(content: Buffer): Buffer {
  const copy = Buffer.from(content);
  for (let at = copy.length - 1; at >= 0; at--) {
    const byte = copy[at] ?? 0;
    if (byte < 0x30 || byte > 0x39) continue;
    copy[at] = byte === 0x39 ? 0x30 : byte + 1;
    return copy;
  }
  return Buffer.concat([copy, Buffer.from('9')]);
}

function otherEnds(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n');
}
