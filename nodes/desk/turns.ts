/** How much is begun in one turn of the loop: what else the process does comes between. */

/**
 * @param most so many begin in one turn; the others wait for the next ones, in their order
 * @returns begins the work now, or in a later turn
 */
export function perTurn(most: number): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let begun = 0;

  function turn(): void {
    begun = 0;
    for (const work of waiting.splice(0, most)) begin(work);
  }

  function begin(work: () => void): void {
    // The first of a turn sees to the next one.
    if (begun++ === 0) setImmediate(turn);
    work();
  }

  return (work) => {
    if (begun < most && waiting.length === 0) begin(work);
    else waiting.push(work);
  };
}
