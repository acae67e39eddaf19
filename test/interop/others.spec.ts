/** rap fetch from the other SFTP servers of Debian, as far as they are installed. */
import { otherKinds } from './servers/all.ts';
import { isInstalled } from './servers/server.ts';
import { interopSuites } from './support.ts';

const installed = otherKinds.filter(isInstalled);

if (installed.length > 0) describe('interop with other servers', () => interopSuites(installed));
