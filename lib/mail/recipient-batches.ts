/** A message to many recipients goes to the relay in several parts, none with more than every relay takes. */
import type { Rejection, RelayAnswer } from './relay.ts';

/** A relay takes at least so many recipients with one message (RFC 5321, 4.5.3.1.8). */
const MOST = 100;

/** "Too many recipients" (RFC 5321, 4.5.3.1.10; RFC 3463, 3.6): the others are to be sent in a further transaction. */
function isTooMany({ response }: Rejection): boolean {
  return /^[45]52\b/.test(response) || /\b[45]\.5\.3\b/.test(response);
}

/**
 * Hands a message over part by part. Recipients that the relay finds too many while it takes others form the next
 * part, at once; when it takes none, they are answered as it said.
 * @param send hands the message over to the given addresses
 * @returns for each part its recipients and the relay's answer about them; whoever stops listening stops the sending
 */
export async function* sendInBatches<T extends { address: string }>(
  recipients: readonly T[],
  send: (addresses: string[]) => Promise<RelayAnswer>,
): AsyncGenerator<{ recipients: T[]; answer: RelayAnswer }> {
  let open = [...recipients];
  while (open.length > 0) {
    const part = open.slice(0, MOST);
    const answer = await send(part.map(({ address }) => address));
    const rejected = 'rejected' in answer ? answer.rejected : [];
    const over = new Set(rejected.filter(isTooMany).map(({ address }) => address));
    if (answer.kind !== 'accepted' || rejected.length === part.length) over.clear();
    yield {
      recipients: part.filter(({ address }) => !over.has(address)),
      answer:
        over.size === 0 || answer.kind !== 'accepted'
          ? answer
          : { ...answer, rejected: rejected.filter(({ address }) => !over.has(address)) },
    };
    open = [...part.filter(({ address }) => over.has(address)), ...open.slice(MOST)];
  }
}
