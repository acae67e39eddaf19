/**
 * Servers on loopback that ask for no login must know the pages of this machine from those of other sites: the browser
 * of whoever sits here also runs pages of others. These can send requests here, and a foreign name can be made to point
 * here, under which a page of that name may read what is answered.
 */

const THIS_MACHINE = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/i;

/** The headers Host and Origin of a request. */
interface RequestHeaders {
  host?: string | undefined;
  origin?: string | undefined;
}

/** Does a request ask for this machine by a name of its own, and come from no page of another site? */
export function isOfThisMachine({ host = '', origin }: RequestHeaders): boolean {
  if (!THIS_MACHINE.test(host)) return false;
  return origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
