/** Where things of Node-RED lie in the home. */
import { join } from 'node:path';

/** The user directory of Node-RED. */
export const userFolder = (home: string): string => join(home, 'node-red');
