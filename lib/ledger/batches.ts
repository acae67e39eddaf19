/** How many names go into one query; databases limit the number of parameters. */
const BATCH = 500;

export function batches<T>(all: readonly T[]): T[][] {
  const some: T[][] = [];
  for (let start = 0; start < all.length; start += BATCH) some.push(all.slice(start, start + BATCH));
  return some;
}
