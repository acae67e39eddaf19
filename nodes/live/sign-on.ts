/** A proxy that signs people in and says who they are in a header: RAP_SSO_HEADER and RAP_SSO_PROXIES. */
import { isIP } from 'node:net';
import { plainAddress } from '../../lib/net/plain-address.ts';
import type { Problem } from './problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface SignOnSettings {
  header: string;
  /** Addresses of the proxy, as they are written in a connection. */
  proxies: string[];
}

const HEADER = /^[A-Za-z][A-Za-z0-9-]{1,60}$/;
/** Headers that browsers, Node-RED or proxies set for something else; of some Node.js takes the first and drops others. */
const TAKEN = new RegExp(
  [
    '^(authorization|cookie|set-cookie|host|origin|referer|user-agent|from|via|forwarded|date|age|etag|location|server',
    'expires|expect|range|te|trailer|connection|keep-alive|max-forwards|retry-after|last-modified|pragma|priority|dnt',
    '(content|accept|access-control|cache|if|proxy|sec|transfer|upgrade|x-forwarded|x-rap|x-real)(-.*)?)$',
  ].join('|'),
  'i',
);

/**
 * @returns nothing where neither is set; `problems` has each thing that is wrong
 */
export function signOnSettings(env: Env): { signOn?: SignOnSettings; problems: Problem[] } {
  const header = env.RAP_SSO_HEADER?.trim() ?? '';
  const proxies = (env.RAP_SSO_PROXIES ?? '').split(/[\s,;]+/).filter((one) => one !== '');
  if (header === '' && proxies.length === 0) return { problems: [] };
  const problems: Problem[] = [];
  const refuse = (field: string, why: string, cure: string) =>
    problems.push({ field, message: `${field} ${why}`, cure });
  if (!HEADER.test(header) || TAKEN.test(header)) {
    refuse('RAP_SSO_HEADER', `is "${header}"`, 'give the name of a header of its own, X-Remote-User.');
  }
  if (proxies.length === 0) refuse('RAP_SSO_PROXIES', 'is not set', 'name the addresses of the proxy.');
  for (const one of proxies.filter((address) => isIP(address) === 0)) {
    refuse('RAP_SSO_PROXIES', `names "${one}", which is no address`, 'give addresses as 10.1.2.3.');
  }
  for (const one of proxies.filter((address) => ['0.0.0.0', '::'].includes(plainAddress(address)))) {
    refuse('RAP_SSO_PROXIES', `names "${one}", which is no machine`, 'give the address of the proxy.');
  }
  return problems.length > 0 ? { problems } : { signOn: { header, proxies }, problems };
}
