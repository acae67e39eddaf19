/** Runs a command and hands on what it writes to standard output; none of it reaches the screen of the tests. */
export async function listen<T>(hear: (text: string) => void, work: () => Promise<T>): Promise<T> {
  const { write } = process.stdout;
  process.stdout.write = ((text: string) => {
    hear(text);
    return true;
  }) as typeof write;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
