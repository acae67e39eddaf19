/** What stands before every request of a person that changes something. */
import type { NodeAPI } from 'node-red';
import { asRapError } from '../../lib/errors/rap-error.ts';
import { boundedBody } from './bounds.ts';

type Guard = ReturnType<NodeAPI['auth']['needsPermission']>;

/**
 * For an act, in this order: 401 without the right to it, 415 when what comes is not JSON, 413 when it is more than a
 * person fills in. A page of another site can make a browser send a form, or text, to an editor that has no login; JSON
 * it can not, without being asked first.
 */
export function mayAct(RED: NodeAPI, permission: string): Guard[] {
  const onlyJson: Guard = (request, response, next) => {
    if (request.is('application/json')) next();
    else response.sendStatus(415);
  };
  const onlySmall: Guard = (request, response, next) => {
    try {
      boundedBody(request.body ?? {});
    } catch (thrown) {
      const { code, message } = asRapError(thrown);
      return void response.status(413).json({ code, error: message });
    }
    next();
  };
  return [RED.auth.needsPermission(permission), onlyJson, onlySmall];
}
