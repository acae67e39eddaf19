/**
 * What the connections of a process may read in one turn of its loop. A turn reads from each connection up to two
 * megabytes, and deciphers and hashes them; with thirty at once it took a fifth of a second, in which nothing else was
 * served, and all that was read had to lie in memory.
 */

/** For all connections together, bytes: some five milliseconds of work. */
const TURN = 2 * 1024 * 1024;
/** Fewer bytes a turn would cost more calls than they save. */
const LEAST = 64 * 1024;

/** The connections among which a turn is shared. */
export class TurnShare {
  #open = 0;

  /**
   * A connection that takes part from now on.
   * @param push hands a piece on
   * @returns `take` hands a piece on and says false when the connection is to read no more in this turn: the piece
   * that went over the share is handed on in the next one, which also makes the stream read again; `leave` ends it
   */
  join(push: (piece: Buffer) => boolean): { take: (piece: Buffer) => boolean; leave: () => void } {
    let taken = 0;
    let waiting: NodeJS.Immediate | undefined;
    this.#open++;
    return {
      take: (piece) => {
        taken += piece.length;
        if (this.#open === 1 || taken < Math.max(LEAST, TURN / this.#open)) return push(piece);
        taken = 0;
        waiting = setImmediate(() => push(piece));
        return false;
      },
      leave: () => {
        clearImmediate(waiting);
        this.#open--;
      },
    };
  }
}
