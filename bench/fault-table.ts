/**
 * Writes docs/faults.md, the table of the simulator's faults:
 *
 *   node bench/fault-table.ts
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { faultPage } from '../simulator/faults/page.ts';

await writeFile(fileURLToPath(new URL('../docs/faults.md', import.meta.url)), faultPage());
