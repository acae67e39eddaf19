/** Signals kept in a file. */
import { readText, type TextOptions } from '../files/text-file.ts';
import { parseSignals, type SignalRow } from './signals.ts';

/** How such a file is read: codes and times are ASCII, a column of remarks may be in Big5, as Excel writes it here. */
export const signalsText: TextOptions = { what: 'The signals file', asciiCounts: true };

/** @throws RapError CONFIG_INVALID when the file cannot be read, is no text, or naming the line that is wrong */
export async function readSignals(file: string): Promise<SignalRow[]> {
  return parseSignals(await readText(file, signalsText), file);
}
