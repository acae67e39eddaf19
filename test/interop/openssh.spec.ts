/** rap fetch from OpenSSH's server, which every machine that runs these tests has to have. */
import { openSshKinds } from './servers/openssh.ts';
import { interopSuites } from './support.ts';

describe('interop with OpenSSH', () => interopSuites(openSshKinds));
