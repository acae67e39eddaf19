/**
 * The operations desk as a plugin of Node-RED: its pages are there whatever nodes the flow has, so that they can also
 * say that it has none.
 */
import type { NodeAPI } from 'node-red';
import { answerBadRequests } from '../runtime/bad-requests.ts';
import { answerForDesk } from '../runtime/desk-says.ts';
import { serveDesk } from './router.ts';
import { lightNow } from './threads.ts';

export default function (RED: NodeAPI): void {
  answerForDesk(RED, (language) => lightNow(RED, language));
  // Without an editor there is no address that pages could lie below.
  if (!RED.httpAdmin) return;
  answerBadRequests(RED);
  serveDesk(RED);
}
