/** Requests that cannot be read are answered with one line of JSON, where Express would send its stack trace. */
import type { NodeAPI } from 'node-red';

const answered = new WeakSet<object>();

const words: Readonly<Record<number, string>> = {
  400: 'The request cannot be read: its body is no JSON, or its address is no address',
  413: 'The request is too large',
  415: 'The request is in a form that is not read here',
};

interface Refused {
  status?: unknown;
}

/** Once for the editor's server, whichever node comes first. What goes wrong on our side is left as it is. */
export function answerBadRequests({ httpAdmin, events }: NodeAPI): void {
  if (!httpAdmin || answered.has(httpAdmin)) return;
  answered.add(httpAdmin);
  httpAdmin.use(answer);
  // Express asks those that stand behind the route in question; by then all routes are there.
  events.once('flows:started', () => httpAdmin.use(answer));
}

interface Answering {
  headersSent: boolean;
  status(code: number): { json(value: object): void };
}

/** Express knows a handler of errors by its four parameters. */
function answer(
  error: Refused,
  _request: unknown,
  response: Answering,
  next: (error: unknown) => void,
): void {
  const status = Number(error?.status);
  if (response.headersSent || !(status >= 400 && status < 500)) {
    next(error);
    return;
  }
  response.status(status).json({ code: 'USAGE', error: words[status] ?? words[400] });
}
